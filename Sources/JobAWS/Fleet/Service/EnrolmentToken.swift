internal import Crypto
internal import JobCore

/// The token that the instances of a launch begin with; its id is the launch's.
struct EnrolmentToken: Sendable {
    /// The text, which only the instances get to see.
    let text: String
    /// What the store keeps.
    let record: AccessToken

    init(launch: LaunchRecord, expiresAt: Timestamp, at now: Timestamp, random: RandomSource) {
        var random = random
        let letters = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        // 43 of 62 letters hold 256 bits.
        let secret = (0..<43).map { _ in letters[Int.random(in: 0..<62, using: &random)] }
        text = "jk_\(launch.id)_\(String(decoding: secret, as: UTF8.self))"
        record = AccessToken(
            id: launch.id, name: "enrol \(launch.fleet)/\(launch.id)", hash: Array(SHA256.hash(data: secret)),
            scopes: [.enrol], createdAt: now, expiresAt: expiresAt)
    }
}
