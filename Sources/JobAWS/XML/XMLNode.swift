/// An element of an XML answer: its name, its text and its children; attributes and name spaces are left out.
package struct XMLNode: Hashable, Sendable {
    /// The name without its prefix.
    package var name: String
    /// The characters directly in it, without white space at the ends.
    package var text = ""
    /// The elements in it, in their order.
    package var children: [XMLNode] = []

    /// Makes an element.
    package init(_ name: String) {
        self.name = name
    }

    /// The first child of that name.
    package subscript(_ name: String) -> XMLNode? { children.first { $0.name == name } }

    /// The text of the first child of that name; nil when there is none or it is empty.
    package func text(_ name: String) -> String? { self[name].flatMap { $0.text.isEmpty ? nil : $0.text } }

    /// The elements of a list: the children `item` of a child.
    package func list(_ name: String, of item: String = "item") -> [XMLNode] {
        self[name]?.children.filter { $0.name == item } ?? []
    }

    /// The children of that name, for lists without an element around them.
    package func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }
}
