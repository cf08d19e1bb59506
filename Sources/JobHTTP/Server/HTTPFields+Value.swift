internal import HTTPTypes

extension HTTPFields {
    /// The value of a field as the subscript gives it, without joining texts for the usual field that stands once.
    ///
    /// Several are looked up for each request.
    func value(_ name: HTTPField.Name) -> String? {
        var found: String?
        for field in self where field.name == name {
            if found != nil { return self[name] }
            found = field.value
        }
        return found
    }
}
