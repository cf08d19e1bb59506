import JobCore
import Testing

@Suite struct InvalidJobTests {
    /// A document that must be refused, and the paths of the fields at fault.
    struct Case: Sendable, CustomTestStringConvertible {
        let document: String
        let paths: [String]

        init(_ document: String, _ paths: String...) {
            self.document = document
            self.paths = paths
        }

        var testDescription: String { document }
    }

    /// The faults that reading a document finds.
    static func issues(_ document: String) throws -> [FieldIssue] {
        let json = try JSONParser.parse(Array(document.utf8))
        do throws(InvalidJob) {
            _ = try JobSpec(json: json)
            return []
        } catch {
            return error.issues
        }
    }

    @Test(arguments: [InvalidJob.issuesKept - 1, InvalidJob.issuesKept, 20_000])
    func `of many unknown fields the first are told, with their suggestions`(_ count: Int) throws {
        let fields = (0..<count).map { "\"nam\($0)\": 1" }.joined(separator: ", ")
        let issues = try Self.issues(#"{"name": "a", "steps": [], \#(fields)}"#)
        #expect(issues.map(\.path) == (0..<min(count, InvalidJob.issuesKept)).map { "nam\($0)" })
        #expect(issues.first?.message.contains("did you mean name?") == true)
    }

    @Test(arguments: documents + steps + actions)
    func `a bad document is refused by the paths of its faults`(_ bad: Case) throws {
        #expect(try Self.issues(bad.document).map(\.path) == bad.paths)
    }

    static let documents = [
        Case(#"[]"#, ""), Case(#""text""#, ""), Case(#"null"#, ""),
        Case(#"{}"#, "name", "steps"), Case(#"{"name": null, "steps": []}"#, "name"),
        Case(#"{"name": "a"}"#, "steps"), Case(#"{"name": "a", "steps": null}"#, "steps"),
        Case(#"{"name": "", "steps": []}"#, "name"), Case(#"{"name": "   ", "steps": []}"#, "name"),
        Case(#"{"name": "a\u0007", "steps": []}"#, "name"), Case(#"{"name": 5, "steps": []}"#, "name"),
        Case(#"{"name": "\#(String(repeating: "x", count: 201))", "steps": []}"#, "name"),
        Case(#"{"name": "a", "steps": [], "colour": 1}"#, "colour"),
        Case(#"{"name": "a", "steps": [], "id": "x", "status": "queued"}"#, "id", "status"),
        Case(
            #"{"name": "a", "steps": [], "attempts": [], "createdAt": 1, "version": 2}"#, "attempts", "createdAt",
            "version"),
        Case(#"{"name": "a", "steps": {}}"#, "steps"), Case(#"{"name": "a", "steps": "x"}"#, "steps"),
        Case(#"{"name": "a", "steps": [], "queue": "no spaces"}"#, "queue"),
        Case(#"{"name": "a", "steps": [], "queue": ""}"#, "queue"),
        Case(#"{"name": "a", "steps": [], "queue": 1}"#, "queue"),
        Case(#"{"name": "a", "steps": [], "queue": "\#(String(repeating: "q", count: 65))"}"#, "queue"),
        Case(#"{"name": "a", "steps": [], "priority": 1.5}"#, "priority"),
        Case(#"{"name": "a", "steps": [], "priority": "high"}"#, "priority"),
        Case(#"{"name": "a", "steps": [], "priority": 1000001}"#, "priority"),
        Case(#"{"name": "a", "steps": [], "priority": -1000001}"#, "priority"),
        Case(#"{"name": "a", "steps": [], "priority": 1e300}"#, "priority"),
        Case(#"{"name": "a", "steps": [], "lane": ""}"#, "lane"),
        Case(#"{"name": "a", "steps": [], "lane": []}"#, "lane"),
        Case(#"{"name": "a", "steps": [], "uniqueKey": ""}"#, "uniqueKey"),
        Case(#"{"name": "a", "steps": [], "uniqueWhile": ["waiting"]}"#, "uniqueWhile"),
        Case(#"{"name": "a", "steps": [], "uniqueKey": "k", "uniqueWhile": []}"#, "uniqueWhile"),
        Case(#"{"name": "a", "steps": [], "uniqueKey": "k", "uniqueWhile": ["waiting", "asleep"]}"#, "uniqueWhile[1]"),
        Case(#"{"name": "a", "steps": [], "uniqueKey": "k", "uniqueWhile": "waiting"}"#, "uniqueWhile"),
        Case(#"{"name": "a", "steps": [], "tags": ["x"]}"#, "tags"),
        Case(#"{"name": "a", "steps": [], "tags": {"a b": "x"}}"#, "tags.a b"),
        Case(#"{"name": "a", "steps": [], "tags": {"a": {}, "b": null}}"#, "tags.a", "tags.b"),
        Case(#"{"name": "a", "steps": [], "tags": {"a": "\#(String(repeating: "x", count: 257))"}}"#, "tags.a"),
        Case(#"{"name": "a", "steps": [], "metadata": {"a": "x\ny"}}"#, "metadata.a"),
        Case(#"{"name": "a", "steps": [], "notBefore": "2026-12-01"}"#, "notBefore"),
        Case(#"{"name": "a", "steps": [], "notBefore": "2026-12-01T02:00:00"}"#, "notBefore"),
        Case(#"{"name": "a", "steps": [], "notBefore": "1969-12-31T23:59:59Z"}"#, "notBefore"),
        Case(#"{"name": "a", "steps": [], "notBefore": 1790000000}"#, "notBefore"),
        Case(#"{"name": "a", "steps": [], "deadline": "0s"}"#, "deadline"),
        Case(#"{"name": "a", "steps": [], "deadline": -5}"#, "deadline"),
        Case(#"{"name": "a", "steps": [], "deadline": "soon"}"#, "deadline"),
        Case(#"{"name": "a", "steps": [], "deadline": true}"#, "deadline"),
        Case(#"{"name": "a", "steps": [], "deadline": "3651d"}"#, "deadline"),
        Case(#"{"name": "a", "steps": [], "retention": "99999d"}"#, "retention"),
        Case(#"{"name": "a", "steps": [], "timeout": 0, "jobTimeout": "0.5ms"}"#, "timeout", "jobTimeout"),
        Case(#"{"name": "a", "steps": [], "retry": 5}"#, "retry"),
        Case(#"{"name": "a", "steps": [], "retry": {"limit": 0}}"#, "retry.limit"),
        Case(#"{"name": "a", "steps": [], "retry": {"limit": 1001}}"#, "retry.limit"),
        Case(#"{"name": "a", "steps": [], "retry": {"limit": 2.5}}"#, "retry.limit"),
        Case(
            #"{"name": "a", "steps": [], "retry": {"base": -1, "multiplier": 43201, "exponent": 101, "jitter": 1.01}}"#,
            "retry.base", "retry.multiplier", "retry.exponent", "retry.jitter"),
        Case(#"{"name": "a", "steps": [], "retry": {"base": "NaN", "jitter": "inf"}}"#, "retry.base", "retry.jitter"),
        Case(#"{"name": "a", "steps": [], "retry": {"cap": "12h1s"}}"#, "retry.cap"),
        Case(#"{"name": "a", "steps": [], "retry": {"backoff": "quartic", "cap": "31d"}}"#, "retry.cap"),
        Case(#"{"name": "a", "steps": [], "retry": {"backoff": "linear"}}"#, "retry.backoff"),
        Case(
            #"{"name": "a", "steps": [], "retry": {"backoff": "quartic", "base": 1, "multiplier": 1, "exponent": 1}}"#,
            "retry.base", "retry.multiplier", "retry.exponent"),
        Case(#"{"name": "a", "steps": [], "retry": {"times": 5}}"#, "retry.times"),
    ]

    static func step(_ fields: String) -> String { #"{"name": "a", "steps": [{"name": "s", \#(fields)}]}"# }

    static let steps = [
        Case(#"{"name": "a", "steps": [5]}"#, "steps[0]"),
        Case(#"{"name": "a", "steps": [{}]}"#, "steps[0].name", "steps[0]"),
        Case(#"{"name": "a", "steps": [{"name": "s"}]}"#, "steps[0]"),
        Case(step(#""http": null"#), "steps[0]"), Case(step(#""command": "make""#), "steps[0].command"),
        Case(step(#""http": {"url": "http://x"}, "command": {"argv": ["a"]}"#), "steps[0].command"),
        Case(step(#""command": {"argv": ["a"]}, "comand": {}"#), "steps[0].comand"),
        Case(step(#""command": {"argv": ["a"]}, "status": "x", "output": {}"#), "steps[0].status", "steps[0].output"),
        Case(step(#""command": {"argv": ["a"]}, "timeout": "0s""#), "steps[0].timeout"),
        Case(step(#""command": {"argv": ["a"]}, "retry": {"limit": 0}"#), "steps[0].retry.limit"),
        Case(step(#""command": {"argv": ["a"]}, "environment": {"A=B": "x"}"#), "steps[0].environment.A=B"),
        Case(step(#""command": {"argv": ["a"]}, "environment": {"": "x"}"#), "steps[0].environment."),
        Case(
            step(#""command": {"argv": ["a"]}, "environment": {"A B": "x", "C": "\u0000"}"#),
            "steps[0].environment.A B", "steps[0].environment.C"),
        Case(
            #"{"name": "a", "steps": [{"name": "s", "command": {"argv": ["a"]}}, {"name": "t", "command": {"argv": ["a"]}}, {"name": "s", "command": {"argv": ["a"]}}]}"#,
            "steps[2].name"),
        Case(
            #"{"name": "a", "steps": [{"name": "s", "command": {"argv": ["a"]}}, {"name": "", "http": {"url": "ftp://x"}}]}"#,
            "steps[1].name", "steps[1].http.url"),
    ]

    static let actions = [
        Case(step(#""http": {}"#), "steps[0].http.url"), Case(step(#""http": {"url": ""}"#), "steps[0].http.url"),
        Case(step(#""http": {"url": "/relative"}"#), "steps[0].http.url"),
        Case(step(#""http": {"url": "http://"}"#), "steps[0].http.url"),
        Case(step(#""http": {"url": "http:///path"}"#), "steps[0].http.url"),
        Case(step(#""http": {"url": "http://x y"}"#), "steps[0].http.url"),
        Case(step(#""http": {"url": "http://x\n"}"#), "steps[0].http.url"),
        Case(step(#""http": {"url": "file:///etc/passwd"}"#), "steps[0].http.url"),
        Case(step(#""http": {"url": "http://x", "method": "get"}"#), "steps[0].http.method"),
        Case(step(#""http": {"url": "http://x", "method": ""}"#), "steps[0].http.method"),
        Case(step(#""http": {"url": "http://x", "body": "a", "json": 1}"#), "steps[0].http.json"),
        Case(step(#""http": {"url": "http://x", "body": {}}"#), "steps[0].http.body"),
        Case(step(#""http": {"url": "http://x", "headers": {"X-A": "1", "x-a": "2"}}"#), "steps[0].http.headers.x-a"),
        Case(step(#""http": {"url": "http://x", "headers": {"a b": "1"}}"#), "steps[0].http.headers.a b"),
        Case(step(#""http": {"url": "http://x", "headers": {"a": "1\r\nb: 2"}}"#), "steps[0].http.headers.a"),
        Case(step(#""command": {}"#), "steps[0].command.argv"),
        Case(step(#""command": {"argv": []}"#), "steps[0].command.argv"),
        Case(step(#""command": {"argv": ["", "x"]}"#), "steps[0].command.argv"),
        Case(step(#""command": {"argv": "make"}"#), "steps[0].command.argv"),
        Case(step(#""command": {"argv": ["a", []]}"#), "steps[0].command.argv[1]"),
        Case(step(#""command": {"argv": ["a", "b\u0000"]}"#), "steps[0].command.argv[1]"),
        Case(step(#""command": {"argv": ["a"], "shell": "b"}"#), "steps[0].command.shell"),
        Case(step(#""command": {"shell": ""}"#), "steps[0].command.shell"),
        Case(step(#""command": {"argv": ["a"], "directory": ""}"#), "steps[0].command.directory"),
        Case(step(#""command": {"argv": ["a"], "environment": {"A=": "x"}}"#), "steps[0].command.environment.A="),
        Case(step(#""script": {}"#), "steps[0].script.directory"),
        Case(step(#""script": {"directory": "/etc"}"#), "steps[0].script.directory"),
        Case(step(#""script": {"directory": "../x"}"#), "steps[0].script.directory"),
        Case(step(#""script": {"directory": "a/../../x"}"#), "steps[0].script.directory"),
        Case(step(#""script": {"directory": "a//b"}"#), "steps[0].script.directory"),
        Case(step(#""script": {"directory": "./a"}"#), "steps[0].script.directory"),
        Case(step(#""script": {"directory": "a/"}"#), "steps[0].script.directory"),
        Case(step(#""script": {"directory": "a", "parameters": {"1a": "x"}}"#), "steps[0].script.parameters.1a"),
        Case(step(#""script": {"directory": "a", "parameters": {"-a": "x"}}"#), "steps[0].script.parameters.-a"),
        Case(step(#""script": {"directory": "a", "parameters": {"a.b": "x"}}"#), "steps[0].script.parameters.a.b"),
        Case(step(#""script": {"directory": "a", "parameters": {"a b": "x"}}"#), "steps[0].script.parameters.a b"),
        Case(step(#""script": {"directory": "a", "parameters": {"name": "x"}}"#), "steps[0].script.parameters.name"),
        Case(step(#""script": {"directory": "a", "parameters": {"a": []}}"#), "steps[0].script.parameters.a"),
        Case(step(#""script": {"directory": "a", "parameters": {"a": "\u0000"}}"#), "steps[0].script.parameters.a"),
        Case(step(#""container": {}"#), "steps[0].container.image"),
        Case(step(#""container": {"image": "--privileged"}"#), "steps[0].container.image"),
        Case(step(#""container": {"image": "a b"}"#), "steps[0].container.image"),
        Case(
            step(#""container": {"image": "a", "memory": "1MiB", "cpus": 0}"#),
            "steps[0].container.memory", "steps[0].container.cpus"),
        Case(step(#""container": {"image": "a", "memory": "lots"}"#), "steps[0].container.memory"),
        Case(step(#""container": {"image": "a", "pull": "often"}"#), "steps[0].container.pull"),
        Case(
            step(#""container": {"image": "a", "mounts": [{"source": "a", "target": "/../b"}]}"#),
            "steps[0].container.mounts[0].source", "steps[0].container.mounts[0].target"),
        Case(
            step(#""container": {"image": "a", "mounts": [{"source": "/a"}]}"#), "steps[0].container.mounts[0].target"),
        Case(step(#""handler": {"name": "http"}"#), "steps[0].handler.name"),
        Case(step(#""handler": {"name": "a b"}"#), "steps[0].handler.name"),
        Case(step(#""handler": {}"#), "steps[0].handler.name"),
    ]
}
