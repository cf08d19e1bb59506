import JobCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

// Types of the shapes that programs have, for the tests of typed values.

struct Point: Codable, Hashable, Sendable {
    var y: Int
    var x: Double
    var name: String
}

struct Line: Codable, Hashable, Sendable {
    var points: [Point]
    var label: String?
    var style: Style?
    var parts: [String: Point]
    var extra: JSONValue
}

struct Box<Content: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    var content: Content
}

struct Maybe<Content: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    var content: Content?
}

enum Style: String, Codable, Sendable, CodingKeyRepresentable { case solid, dashed }

enum Level: Int, Codable, Sendable { case low = -1, high = 7 }

indirect enum Shape: Codable, Hashable, Sendable {
    case empty
    case circle(radius: Double)
    case pair(Shape, Shape)
    case named(String, inner: Shape?)
}

/// Keys that are numbers.
struct Numbered: Codable, Hashable, Sendable {
    enum CodingKeys: Int, CodingKey { case first = 1, second = 20, third = 3 }

    var first: Int
    var second: String
    var third: Bool
}

/// Everything Foundation gives a JSON form of its own.
struct Special: Codable, Hashable, Sendable {
    var date: Date
    var data: Data
    var url: URL
    var decimal: Decimal
    var dates: [Date]
    var urls: [String: URL]
    var maybe: Date?
    var none: Data?
    var id: UUID
}

class Animal: Codable, Equatable, @unchecked Sendable {
    let name: String
    init(name: String) { self.name = name }
    static func == (left: Animal, right: Animal) -> Bool { left.name == right.name }
}

/// A class whose superclass stands under `super`.
final class Dog: Animal, @unchecked Sendable {
    private enum Keys: String, CodingKey { case tricks }

    let tricks: [String]

    init(name: String, tricks: [String]) {
        self.tricks = tricks
        super.init(name: name)
    }

    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        tricks = try container.decode([String].self, forKey: .tricks)
        try super.init(from: container.superDecoder())
    }

    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(tricks, forKey: .tricks)
        try super.encode(to: container.superEncoder())
    }
}

/// A class that shares the object of its superclass.
final class Cat: Animal, @unchecked Sendable {
    private enum Keys: String, CodingKey { case lives }

    let lives: Int

    init(name: String, lives: Int) {
        self.lives = lives
        super.init(name: name)
    }

    required init(from decoder: any Decoder) throws {
        lives = try decoder.container(keyedBy: Keys.self).decode(Int.self, forKey: .lives)
        try super.init(from: decoder)
    }

    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(lives, forKey: .lives)
        try super.encode(to: encoder)
    }
}

/// A chain of objects, of which each holds the next.
final class Chain: Codable {
    var next: Chain?

    init(_ next: Chain?) { self.next = next }

    /// A chain of so many objects.
    convenience init(length: Int) { self.init(length > 1 ? Chain(length: length - 1) : nil) }
}

/// A key of any name.
struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) {
        stringValue = name
        intValue = nil
    }

    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}

/// What a closure writes.
struct Written: Encodable {
    let write: (any Encoder) throws -> Void

    func encode(to encoder: any Encoder) throws { try write(encoder) }
}

/// What has been read by the closure that a test lends.
struct Reading: Decodable {
    @TaskLocal static var read: @Sendable (any Decoder) throws -> Void = { _ in }

    init(from decoder: any Decoder) throws { try Self.read(decoder) }
}
