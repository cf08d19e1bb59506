internal import HTTPTypes
internal import Hummingbird
internal import JobCore

extension JobService {
    /// A button on the page of a job: `cancel`, `retry` or `delete`.
    func actOnJob(_ request: JobRequest, _ visitor: Visitor) async throws -> Response {
        let id = try request.jobID()
        let parameters = ["id": id.description]
        switch try request.parameter("action") {
        case "cancel":
            _ = try await call(.post, "/v1/jobs/{id}/cancel", parameters, as: visitor)
            return redirect(to: "/jobs/\(id)?done=cancel")
        case "retry":
            _ = try await call(.post, "/v1/jobs/{id}/retry", parameters, as: visitor)
            return redirect(to: "/jobs/\(id)?done=retry")
        case "delete":
            _ = try await call(.delete, "/v1/jobs/{id}", parameters, as: visitor)
            return redirect(to: "/jobs?done=delete")
        default: throw Problem.notFound("there is no such action")
        }
    }

    /// A button in the list of queues: `pause`, `resume` or `concurrency`.
    func actOnQueue(_ request: JobRequest, _ visitor: Visitor, _ form: Form) async throws -> Response {
        let change: JSONValue
        switch try request.parameter("action") {
        case "pause": change = ["paused": true]
        case "resume": change = ["paused": false]
        case "concurrency":
            let text = form["concurrency"].trimmingSpaces()
            // What is no number is left to the call to refuse.
            change = ["concurrency": text.isEmpty ? .null : Int64(text).map(JSONValue.integer) ?? .string(text)]
        default: throw Problem.notFound("there is no such action")
        }
        _ = try await call(
            .patch, "/v1/queues/{name}", ["name": try request.parameter("name")], body: change.utf8,
            headers: [.contentType: "application/json"], as: visitor)
        return redirect(to: "/queues?done=queue")
    }

    /// The button of a worker: `drain`.
    func drainFromPage(_ request: JobRequest, _ visitor: Visitor) async throws -> Response {
        _ = try await call(
            .post, "/v1/workers/{name}/drain", ["name": try request.parameter("name")], as: visitor)
        return redirect(to: "/workers?done=drain")
    }

    /// `POST /submit`: stores the job, or shows the form again with what is wrong.
    func submitFromPage(_ request: JobRequest, _ visitor: Visitor, _ form: Form) async throws -> Response {
        let file = form["file"].replacingLineBreaks()
        var headers: HTTPFields = [.contentType: file.isJSON ? "application/json" : "application/yaml"]
        // A form that is sent twice stores one job.
        if let name = HTTPField.Name("Idempotency-Key"), !form["key"].isEmpty { headers[name] = form["key"] }
        do {
            let answer = try await call(.post, "/v1/jobs", body: Array(file.utf8), headers: headers, as: visitor)
            let location = answer.headers[.location] ?? ""
            let isJob = location.hasPrefix("\(configuration.pathPrefix)/v1/jobs/")
            let id = isJob ? location.split(separator: "/").last.flatMap { JobID(String($0)) } : nil
            return redirect(to: id.map { "/jobs/\($0)?done=submit" } ?? "/jobs?done=batch")
        } catch {
            guard let problem = Problem(error), problem.status.kind == .clientError else { throw error }
            let screen = submitScreen(visitor, file: file, problem: problem)
            return page(screen, request, visitor, status: problem.status)
        }
    }

    /// What a page says after an action that is named in its query.
    static func doneText(_ query: String?) -> String? {
        switch JobSearch.value("done", in: query) {
        case "cancel": "The job was asked to stop."
        case "retry": "The job goes on at its first unfinished step."
        case "delete": "The job was deleted."
        case "submit": "The job was stored."
        case "batch": "The jobs were stored."
        case "queue": "The queue was changed."
        case "drain": "The worker was asked to drain."
        default: nil
        }
    }
}

extension String {
    /// The text with the line breaks of files; forms have those of mail.
    fileprivate func replacingLineBreaks() -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for byte in utf8 where byte != 0x0D { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether the text begins like an object or a list of JSON.
    fileprivate var isJSON: Bool {
        let first = utf8.first { ![0x20, 0x09, 0x0A].contains($0) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }
}
