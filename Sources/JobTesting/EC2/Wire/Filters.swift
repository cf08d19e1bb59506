/// The `Filter.N` of a describe call: every filter must match, by any of its values.
struct Filters: Sendable {
    private let filters: [(name: String, values: [String])]

    init(_ form: QueryForm) throws {
        filters = try form.structures("Filter").map { (try $0.required("Name"), $0.list("Value")) }
    }

    /// Whether a resource passes.
    ///
    /// - Parameters:
    ///   - tags: its tags, for `tag:KEY` and `tag-key`.
    ///   - fields: the values of the other filters that exist; one that is missing here is refused.
    func pass(tags: [String: String], _ fields: (String) -> [String]?) throws -> Bool {
        for filter in filters {
            let found: [String]
            if filter.name.hasPrefix("tag:") {
                found = tags[String(filter.name.dropFirst(4))].map { [$0] } ?? []
            } else if filter.name == "tag-key" {
                found = Array(tags.keys)
            } else if let values = fields(filter.name) {
                found = values
            } else {
                throw EC2Refusal("InvalidParameterValue", "The filter '\(filter.name)' is invalid")
            }
            let isHit = filter.values.contains { pattern in
                found.contains { Self.matches(Array($0.unicodeScalars)[...], Array(pattern.unicodeScalars)[...]) }
            }
            guard isHit else { return false }
        }
        return true
    }

    /// Whether a text has the form of a pattern with `*` and `?`.
    private static func matches(_ text: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return (text.startIndex...text.endIndex).contains { matches(text[$0...], pattern.dropFirst()) }
        }
        guard let character = text.first, first == "?" || first == character else { return false }
        return matches(text.dropFirst(), pattern.dropFirst())
    }
}

/// A part of a long answer.
struct Page<Item> {
    let items: ArraySlice<Item>
    /// The `nextToken`, when there is more.
    let token: XMLNode?

    /// Cuts out the page that a call asks for.
    init(_ all: [Item], _ form: QueryForm, sizes: ClosedRange<Int> = 5...1_000) throws {
        let size = try form.integer("MaxResults")
        if let size, !sizes.contains(size) {
            throw EC2Refusal(
                "InvalidParameterValue",
                "Value ( \(size) ) for parameter maxResults is invalid. Expecting a value between \(sizes.lowerBound) and "
                    + "\(sizes.upperBound).")
        }
        var start = 0
        if let token = form["NextToken"], !token.isEmpty {
            guard token.hasPrefix("page-"), let number = Int(token.dropFirst(5)), number >= 0 else {
                throw EC2Refusal("InvalidNextToken", "The token '\(token)' is invalid.")
            }
            start = number
        }
        items = all.dropFirst(start).prefix(size ?? sizes.upperBound)
        let end = start + items.count
        token = end < all.count ? XMLNode("nextToken", "page-\(end)") : nil
    }
}
