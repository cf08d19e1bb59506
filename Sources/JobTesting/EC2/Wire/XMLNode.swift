/// An element of an answer.
struct XMLNode: Sendable {
    let name: String
    private let text: String
    private let children: [XMLNode]

    /// An element that holds elements; absent ones are left out.
    init(_ name: String, _ children: [XMLNode?]) {
        self.name = name
        self.text = ""
        self.children = children.compactMap(\.self)
    }

    /// An element that holds a text.
    init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
        self.children = []
    }

    /// An element that holds a text, and is absent without one.
    init?(_ name: String, _ text: String?) {
        guard let text else { return nil }
        self.init(name, text)
    }

    /// A list as EC2 writes it: every entry in an `item`.
    static func set(_ name: String, _ items: [[XMLNode?]]) -> XMLNode {
        XMLNode(name, items.map { XMLNode("item", $0) })
    }

    /// A list of texts.
    static func texts(_ name: String, _ items: [String]) -> XMLNode {
        XMLNode(name, items.map { XMLNode("item", $0) as XMLNode? })
    }

    /// The whole document.
    func document(namespace: String?) -> String {
        var out = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
        write(to: &out, attributes: namespace.map { #" xmlns="\#($0)""# } ?? "")
        return out
    }

    private func write(to out: inout String, attributes: String = "") {
        if text.isEmpty, children.isEmpty {
            out += "<\(name)\(attributes)/>"
            return
        }
        out += "<\(name)\(attributes)>"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        for child in children { child.write(to: &out) }
        out += "</\(name)>"
    }
}
