/// Why a queue could not do what it was asked.
public struct QueueError: Error, Sendable, CustomStringConvertible {
    /// A kind of trouble; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case unavailable, busy, full, readOnly, corrupt, newerSchema, notPermitted, invalidRequest, closed, failed
        }

        private let kind: Kind

        /// The store cannot be opened or reached.
        public static let unavailable = Code(kind: .unavailable)
        /// Others kept the store locked for too long.
        public static let busy = Code(kind: .busy)
        /// The disk or the store's quota is full.
        public static let full = Code(kind: .full)
        /// The store cannot be written.
        public static let readOnly = Code(kind: .readOnly)
        /// The store's file is damaged or is no store.
        public static let corrupt = Code(kind: .corrupt)
        /// A newer JobKit has changed the store.
        public static let newerSchema = Code(kind: .newerSchema)
        /// The caller may not do this.
        public static let notPermitted = Code(kind: .notPermitted)
        /// An argument is out of range.
        public static let invalidRequest = Code(kind: .invalidRequest)
        /// The queue has been closed.
        public static let closed = Code(kind: .closed)
        /// Anything else.
        public static let failed = Code(kind: .failed)

        /// The text for people and logs.
        public var description: String { kind.rawValue }
    }

    /// The kind of trouble.
    public var code: Code
    /// What was attempted, such as `enqueue`.
    public var operation: String
    /// What happened and what to do about it; holds no secrets.
    public var detail: String
    /// The engine's own error code, such as SQLite's extended result code; nil when there is none.
    public var underlyingCode: Int?

    /// Makes an error.
    public init(_ code: Code, operation: String, detail: String, underlyingCode: Int? = nil) {
        self.code = code
        self.operation = operation
        self.detail = detail
        self.underlyingCode = underlyingCode
    }

    /// Whether the same call may succeed later without anybody mending anything.
    public var isTransient: Bool { code == .unavailable || code == .busy }

    /// The text for people and logs.
    public var description: String { "\(operation): \(detail)" }
}
