/// A region of AWS, such as `eu-central-1`.
public struct AWSRegion: Hashable, Sendable, CustomStringConvertible {
    /// The name: 1 to 63 of `a-z 0-9 -`, since it becomes part of host names.
    public let name: String

    /// Reads a name; nil when it cannot be one.
    public init?(_ name: String) {
        let isFit = name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D }
        guard (1...63).contains(name.utf8.count), isFit, name.utf8.first != 0x2D, name.utf8.last != 0x2D else {
            return nil
        }
        self.name = name
    }

    private init(known name: String) {
        self.name = name
    }

    /// North Virginia, where AWS keeps what has no region.
    public static let usEast1 = AWSRegion(known: "us-east-1")

    /// The name.
    public var description: String { name }

    /// The end of its host names.
    var domain: String { name.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com" }
}
