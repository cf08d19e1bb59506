internal import JobCore

/// Credentials as the metadata services and programs hand them out: a JSON object.
enum CredentialDocument {
    /// Reads a document.
    ///
    /// - Parameters:
    ///   - text: the JSON text.
    ///   - source: its source, for errors.
    ///   - tokenName: the member that holds the session token.
    /// - Throws: ``CredentialTrouble``; its text holds nothing of the document but `Code` and `Message`.
    static func parse(_ text: String, source: String, tokenName: String = "Token") throws -> AWSCredentials {
        guard let document = try? JSONParser.parse(text.utf8) else {
            throw CredentialTrouble(.unusable, source: source, detail: "the answer is no JSON")
        }
        if let code = document["Code"]?.stringValue, code != "Success" {
            let message = document["Message"]?.stringValue ?? ""
            throw CredentialTrouble(
                .unusable, source: source, detail: "\(code.prefix(100)) \(message.prefix(200))".trimmingSpace)
        }
        guard let id = document["AccessKeyId"]?.stringValue, !id.isEmpty,
            let secret = document["SecretAccessKey"]?.stringValue, !secret.isEmpty
        else {
            throw CredentialTrouble(
                .unusable, source: source, detail: "the answer has no AccessKeyId or no SecretAccessKey")
        }
        var end: Timestamp?
        if let expiration = document["Expiration"]?.stringValue {
            end = Timestamp(expiration)
            guard end != nil else {
                throw CredentialTrouble(.unusable, source: source, detail: "Expiration is no RFC 3339 time")
            }
        }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: document[tokenName]?.stringValue, expiresAt: end)
    }
}
