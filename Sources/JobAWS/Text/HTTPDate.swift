package import JobCore

/// Times as HTTP headers and EC2's maintenance events write them.
package enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, with or without the weekday; nil for anything else.
    ///
    /// Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
    package static func parse(_ text: String) -> Timestamp? {
        let bare = text.split(separator: ",").last ?? ""
        let words = bare.split(separator: " ")
        guard words.count == 5, words[4] == "GMT" || words[4] == "UTC",
            let month = months.firstIndex(of: String(words[1])), words[2].utf8.count == 4
        else { return nil }
        let day = words[0].utf8.count == 1 ? "0\(words[0])" : String(words[0])
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp("\(words[2])-\(number)-\(day)T\(words[3])Z")
    }
}
