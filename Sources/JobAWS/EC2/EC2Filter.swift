/// A condition of a listing: the named property has one of the values.
public struct EC2Filter: Hashable, Sendable {
    /// EC2's name of the property, such as `instance-state-name` or `tag:Name`.
    public var name: String
    /// The values; `*` and `?` stand for any text and any character.
    public var values: [String]

    /// Makes a filter.
    public init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = values
    }

    /// Makes a filter for one value.
    public init(_ name: String, _ value: String) {
        self.init(name, [value])
    }

    /// What has the tag with this value.
    public static func tag(_ key: String, _ value: String) -> EC2Filter { EC2Filter("tag:\(key)", value) }

    /// What was made under a client token.
    public static func clientToken(_ token: String) -> EC2Filter { EC2Filter("client-token", token) }

    /// Instances in one of these states.
    public static func states(_ states: [EC2InstanceState]) -> EC2Filter {
        EC2Filter("instance-state-name", states.map(\.rawValue))
    }
}

extension QueryForm {
    mutating func add(filters: [EC2Filter]) {
        add(list: "Filter", filters) { filter, prefix, form in
            form.add("\(prefix).Name", filter.name)
            form.add(list: "\(prefix).Value", filter.values)
        }
    }
}
