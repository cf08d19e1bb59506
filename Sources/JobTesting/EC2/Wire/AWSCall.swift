internal import JobCore
internal import JobTransport

/// A request, read: which operation of which service, with what, by whom.
struct AWSCall: Sendable {
    enum Service: String, Sendable {
        case ec2, sts, ssm
    }

    struct Signature: Sendable {
        let accessKeyID: String
        let region: String
        let service: String
        let date: Timestamp?
    }

    let service: Service
    let operation: String
    let form: QueryForm
    let json: JSONValue?
    let signature: Signature?

    init(_ request: ServedRequest) {
        signature = Self.signature(request)
        let text = String(decoding: request.body, as: UTF8.self)
        if let target = request.headers["X-Amz-Target"] {
            service = .ssm
            operation = String(target.split(separator: ".").last ?? "")
            form = QueryForm()
            json = try? JSONParser.parse(Array(text.utf8))
            return
        }
        var pairs = QueryForm(encoded: request.query.isEmpty ? text : request.query + "&" + text).pairs
        operation = pairs.removeValue(forKey: "Action") ?? ""
        service = pairs.removeValue(forKey: "Version") == "2011-06-15" ? .sts : .ec2
        form = QueryForm(pairs: pairs)
        json = nil
    }

    private static func signature(_ request: ServedRequest) -> Signature? {
        guard let text = request.headers["Authorization"], text.hasPrefix("AWS4-HMAC-SHA256 "),
            let credential = text.split(whereSeparator: { $0 == " " || $0 == "," }).first(where: {
                $0.hasPrefix("Credential=")
            }),
            text.contains("SignedHeaders="), text.contains("Signature=")
        else { return nil }
        let parts = credential.dropFirst("Credential=".count).split(separator: "/")
        guard parts.count == 5, parts[4] == "aws4_request" else { return nil }
        return Signature(
            accessKeyID: String(parts[0]), region: String(parts[2]), service: String(parts[3]),
            date: request.headers["X-Amz-Date"].flatMap { AWSDate.read(basic: $0) })
    }
}
