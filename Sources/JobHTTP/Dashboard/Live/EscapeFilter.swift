/// Takes the control sequences of terminals out of bytes, and ends lines where a terminal would begin them anew.
///
/// Source: https://ecma-international.org/publications-and-standards/standards/ecma-48/
struct EscapeFilter {
    private enum State {
        case text
        case escape
        case sequence
        case command
        case commandEscape
        case carriageReturn
    }

    private var state = State.text
    /// The bytes of the sequence so far; one that never ends must not swallow a log.
    private var length = 0

    private static let longest = 256

    /// The bytes that are text.
    mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for byte in bytes { take(byte, &text) }
        return text
    }

    private mutating func take(_ byte: UInt8, _ text: inout [UInt8]) {
        if state == .carriageReturn {
            state = .text
            // A lone carriage return overwrites the line, as progress bars do.
            if byte != 0x0D { text.append(0x0A) }
            if byte == 0x0A { return }
        }
        length += 1
        if state != .text, length > Self.longest { state = .text }
        switch state {
        case .text, .carriageReturn: takeText(byte, &text)
        case .escape:
            switch byte {
            case UInt8(ascii: "["): state = .sequence
            // Operating system commands and other strings.
            case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
                state = .command
            case 0x20...0x2F: break
            default: state = .text
            }
        case .sequence:
            if (0x40...0x7E).contains(byte) { state = .text }
        case .command:
            if byte == 0x07 { state = .text } else if byte == 0x1B { state = .commandEscape }
        case .commandEscape: state = byte == UInt8(ascii: "\\") ? .text : .command
        }
    }

    private mutating func takeText(_ byte: UInt8, _ text: inout [UInt8]) {
        switch byte {
        case 0x1B:
            state = .escape
            length = 0
        case 0x0D: state = .carriageReturn
        case 0x09, 0x0A: text.append(byte)
        case 0x00...0x1F, 0x7F: break
        default: text.append(byte)
        }
    }
}
