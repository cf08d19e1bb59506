package import JobCore

/// A version of the Docker Engine API, such as 1.41.
package struct APIVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The part before the dot.
    package let major: Int
    /// The part after the dot.
    package let minor: Int

    /// Makes a version.
    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `1.41`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1], major >= 0, minor >= 0 else { return nil }
        self.init(major, minor)
    }

    /// `1.41`.
    package var description: String { "\(major).\(minor)" }

    /// Whether the left one is older.
    package static func < (left: APIVersion, right: APIVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// The oldest that this client speaks; Docker 19.03 brought it.
    package static let oldest = APIVersion(1, 40)
    /// The newest that this client was written for.
    package static let newest = APIVersion(1, 47)
}

/// What an engine says of itself.
///
/// Source: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemVersion
package struct EngineVersion: Hashable, Sendable {
    /// The engine's own version, such as `20.10.24`.
    package let engine: String
    /// The newest API version that it speaks.
    package let newestAPI: APIVersion
    /// The oldest API version that it speaks.
    package let oldestAPI: APIVersion

    /// Reads the answer to `GET /version`.
    package init(_ json: JSONValue) throws(EngineError) {
        guard let newest = json["ApiVersion"]?.stringValue.flatMap({ APIVersion($0) }) else {
            throw EngineError(
                .malformed, "asking the engine for its version", "what listens there is no container engine")
        }
        engine = json["Version"]?.stringValue ?? "unknown"
        newestAPI = newest
        oldestAPI = json["MinAPIVersion"]?.stringValue.flatMap { APIVersion($0) } ?? APIVersion(1, 12)
    }

    /// The version to speak: the newest that both know.
    package func negotiated() throws(EngineError) -> APIVersion {
        let common = min(newestAPI, .newest)
        guard common >= max(oldestAPI, .oldest) else {
            throw EngineError(
                .unsupportedVersion, "agreeing with the engine on an API version",
                "engine \(engine) speaks \(oldestAPI) to \(newestAPI) and JobKit \(APIVersion.oldest) to "
                    + "\(APIVersion.newest); update the older of the two")
        }
        return common
    }
}
