internal import Synchronization

/// What never changes of a job, unless people change it while it waits.
final class Submission: Hashable, Sendable {
    /// A specification, in a box that is made once.
    final class Decoded: Sendable {
        let spec: JobSpec
        let isReadable: Bool

        init(_ spec: JobSpec, isReadable: Bool = true) {
            self.spec = spec
            self.isReadable = isReadable
        }
    }

    let id: JobID
    let createdAt: Timestamp
    let queue: String
    let lane: String?
    private let encoded: EncodedSpec?

    /// The specification as the store has it; nil when it was not read from there.
    var encodedBytes: [UInt8]? { encoded?.bytes }

    /// The specification once there is one: given, or decoded by the first who asked.
    ///
    /// Holds a reference, which is given up with the submission. Every look at a job's specification comes here, and
    /// `AtomicLazyReference`, which would do the same, is generic code in another library.
    private let known: Atomic<Unmanaged<Decoded>?>

    init(id: JobID, spec: JobSpec, createdAt: Timestamp) {
        self.id = id
        self.createdAt = createdAt
        queue = spec.queue
        lane = spec.lane
        encoded = nil
        known = Atomic(Unmanaged.passRetained(Decoded(spec)))
    }

    init(id: JobID, encoded: EncodedSpec, createdAt: Timestamp) {
        self.id = id
        self.createdAt = createdAt
        queue = encoded.queue
        lane = encoded.lane
        self.encoded = encoded
        known = Atomic(nil)
    }

    deinit { known.load(ordering: .acquiring)?.release() }

    /// The specification; decoded at the first call.
    ///
    /// Callers that come at the same time may decode it twice.
    var decoded: Decoded {
        if let known = known.load(ordering: .acquiring) { return known.takeUnretainedValue() }
        guard let encoded else { preconditionFailure("a submission has a specification or its bytes") }
        let made = Unmanaged.passRetained(encoded.decoded())
        let earlier = known.compareExchange(expected: nil, desired: made, ordering: .acquiringAndReleasing).original
        guard let earlier else { return made.takeUnretainedValue() }
        made.release()
        return earlier.takeUnretainedValue()
    }

    static func == (left: Submission, right: Submission) -> Bool {
        left === right
            || left.id == right.id && left.createdAt == right.createdAt && left.decoded.spec == right.decoded.spec
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(id)
    }
}

/// A stored specification that has not been decoded yet.
///
/// A store hands out many jobs in one transaction, while nobody else can write; of what they are to do it needs only
/// what stands here. Who runs them decodes the rest, on other threads.
package struct EncodedSpec: Sendable {
    let bytes: [UInt8]
    let queue: String
    let lane: String?
    /// How many steps there are.
    package let stepCount: Int

    /// Takes what ``JobSpec/json`` wrote for a job that has not finished.
    ///
    /// - Parameter cursor: how many of its steps are done. Bytes with fewer steps are damaged, as are those without
    ///   any, because such a job has finished when it is stored.
    package init(_ bytes: [UInt8], queue: String, lane: String?, cursor: Int) {
        self.bytes = bytes
        self.queue = queue
        self.lane = lane
        let count = Self.countSteps(bytes) ?? 0
        stepCount = count > 0 && count >= cursor ? count : cursor + 1
    }

    /// The specification, or one that tells that it is none: it has the right number of steps, and nobody can run them.
    func decoded() -> Submission.Decoded {
        if let spec = try? JobSpec(stored: bytes), spec.steps.count == stepCount { return Submission.Decoded(spec) }
        var spec = JobSpec(name: "unreadable", queue: queue, lane: lane)
        let action = StepAction.handler(HandlerAction(name: "unreadable"))
        spec.steps = (0..<stepCount).map { StepSpec(name: "step-\($0)", action: action) }
        return Submission.Decoded(spec, isReadable: false)
    }

    /// How many elements the list `steps` of an object has; 0 without the list, nil when the text is no object.
    private static func countSteps(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { text in
            var scan = ShallowScan(text)
            return scan.countSteps()
        }
    }
}

/// Walks through compact JSON without taking in its values.
private struct ShallowScan {
    private static let key = Array("\"steps\":[".utf8)

    private let text: UnsafeBufferPointer<UInt8>
    private var place = 0
    private var depth = 0

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    mutating func countSteps() -> Int? {
        guard text.first == UInt8(ascii: "{") else { return nil }
        var count = 0
        var listDepth: Int?
        var mayBeKey = false
        while place < text.count {
            let byte = text[place]
            switch byte {
            case UInt8(ascii: "\""):
                if mayBeKey, depth == 1, isAtKey {
                    place += Self.key.count
                    depth += 1
                    listDepth = depth
                    if place < text.count, text[place] != UInt8(ascii: "]") { count = 1 }
                    mayBeKey = false
                    continue
                }
                mayBeKey = false
                guard skipString() else { return nil }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                mayBeKey = byte == UInt8(ascii: "{")
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == listDepth { listDepth = nil }
                depth -= 1
            case UInt8(ascii: ","):
                mayBeKey = true
                if depth == listDepth { count += 1 }
            default: break
            }
            place += 1
        }
        return depth == 0 ? count : nil
    }

    private var isAtKey: Bool {
        place + Self.key.count <= text.count && text[place..<place + Self.key.count].elementsEqual(Self.key)
    }

    /// Goes behind the string that begins here; false when it has no end.
    private mutating func skipString() -> Bool {
        place += 1
        while place < text.count {
            switch text[place] {
            case UInt8(ascii: "\\"): place += 2
            case UInt8(ascii: "\""):
                place += 1
                return true
            default: place += 1
            }
        }
        return false
    }
}
