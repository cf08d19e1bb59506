extension DecodingError {
    /// The error for JSON that does not fit a type.
    ///
    /// Put together only when it is thrown, so that what fits costs nothing for it.
    static func unfit(_ json: JSONValue, for type: any Any.Type, at path: [any CodingKey]) -> DecodingError {
        let wanted = JSONValue.typeName(for: type) ?? json.typeName
        let found = json.isWrittenAsNull ? "null" : json.typeName
        let context = Context(codingPath: path, debugDescription: "\(type) needs a \(wanted), this is a \(found)")
        // Foundation's decoder knows no missing booleans.
        if found == "null", type != Bool.self { return .valueNotFound(type, context) }
        // Texts with a meaning are texts first.
        if found != wanted { return .typeMismatch(wanted == "text" ? String.self : type, context) }
        return .dataCorrupted(Context(codingPath: path, debugDescription: "this \(found) does not fit \(type)"))
    }
}
