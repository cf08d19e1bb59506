internal import Glibc

/// Texts as C wants them: one after the other, each with a NUL behind it.
struct CStringList {
    private var bytes: [UInt8] = []
    private var count = 0

    /// Makes a list of arguments.
    init(_ texts: [String]) {
        // So that they do not move while they are gathered.
        bytes.reserveCapacity(texts.reduce(0) { $0 + $1.utf8.count + 1 })
        for text in texts { append(text) }
    }

    /// Makes a list of variables, `name=value` each.
    init(_ variables: [String: String]) {
        bytes.reserveCapacity(variables.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 2 })
        for (name, value) in variables {
            bytes.append(contentsOf: name.utf8)
            bytes.append(UInt8(ascii: "="))
            append(value)
        }
    }

    /// Adds a text.
    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
        count += 1
    }

    /// Whether a text holds a NUL itself, so that C would not see all of it.
    var holdsNUL: Bool {
        bytes.count { $0 == 0 } != count
    }

    /// Calls `body` with a list of C strings that ends with a null pointer.
    ///
    /// None of the texts may hold a NUL.
    mutating func withPointers<Value>(_ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Value) -> Value {
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<CChar>?.self, capacity: count + 1) { pointers in
            bytes.withUnsafeMutableBytes { bytes in
                var next = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                for index in 0..<count {
                    pointers.initializeElement(at: index, to: next)
                    next = next.map { $0 + strlen($0) + 1 }
                }
                pointers.initializeElement(at: count, to: nil)
                return body(UnsafePointer(pointers.baseAddress))
            }
        }
    }
}
