import FoundationEssentials
import JobAWS
import JobCore
import JobTransport
import Testing

/// AWS's own test suite: requests, and what they must become on the way to a signature.
struct SigV4SuiteTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var path: String

        func read(_ suffix: String) throws -> String {
            let text = try String(contentsOfFile: "\(path).\(suffix)", encoding: .utf8)
            return text.filter { $0 != "\r" }
        }
    }

    static let token = "x-amz-security-token:"

    static let cases: [Case] = {
        guard let suite = AWSJudges.suite,
            let found = try? FileManager.default.subpathsOfDirectory(atPath: suite)
        else { return [] }
        return found.filter { $0.hasSuffix(".req") }.sorted().map {
            Case(testDescription: String($0.dropLast(4)), path: "\(suite)/\($0.dropLast(4))")
        }
    }()

    @Test(.awsJudges) func hasAllItsCases() {
        #expect(Self.cases.count == 34)
    }

    @Test(.awsJudges, arguments: cases) func signsAsAWSDoes(_ item: Case) throws {
        var request = try RawRequest(item.read("req"))
        // In some cases the token is not in the request, but is to be added before it is signed.
        if let token = try item.read("creq").split(separator: "\n").first(where: { $0.hasPrefix(Self.token) }) {
            request.headers["X-Amz-Security-Token"] = String(token.dropFirst(Self.token.count))
        }
        let canonical = CanonicalRequest(
            method: request.method, path: request.path, query: request.query, headers: request.headers,
            payloadHash: Hashing.sha256(request.body.utf8), style: .normalized)
        let signer = SigV4Signer(
            credentials: AWSCredentials(
                accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1", service: "service")
        let time = try #require(Timestamp("2015-08-30T12:36:00Z"))
        #expect(try canonical.text == item.read("creq"))
        #expect(try signer.stringToSign(canonical, at: time) == item.read("sts"))
        #expect(try signer.authorization(of: canonical, at: time) == item.read("authz"))
    }
}

/// A request as it stands in the suite's files.
struct RawRequest {
    var method: String
    var path: String
    var query: String?
    var headers: HTTPHeaders = [:]
    var body = ""

    init(_ text: String) throws {
        let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = parts[0].split(separator: "\n")
        body = parts.count > 1 ? String(parts[1]) : ""
        let words = try #require(lines.first).split(separator: " ")
        method = String(words[0])
        // A path of the suite has a space in it.
        let target = words.dropFirst().dropLast().joined(separator: " ")
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(halves[0])
        query = halves.count > 1 ? String(halves[1]) : nil
        for line in lines.dropFirst() {
            if line.hasPrefix(" ") {
                headers.extendLast(with: String(line))
            } else {
                let field = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                headers.add(String(field[0]), String(field[1]))
            }
        }
    }
}
