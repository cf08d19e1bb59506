/// Writes the messages of the queue protocol straight into bytes; a tree of values in between would cost as much again.
package struct WireWriter {
    private var json = JSONWriter()
    private var needsComma = false

    package init() {}

    /// What has been written.
    package var bytes: [UInt8] { json.bytes }

    // MARK: Structure

    /// Writes one object.
    package mutating func object(_ members: (inout WireWriter) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes one list.
    package mutating func list<Items: Sequence>(_ items: Items, _ item: (inout WireWriter, Items.Element) -> Void) {
        open(UInt8(ascii: "["))
        for element in items { item(&self, element) }
        close(UInt8(ascii: "]"))
    }

    /// Writes a field that is an object.
    package mutating func object(_ name: StaticString, _ members: (inout WireWriter) -> Void) {
        key(name)
        object(members)
    }

    /// Writes a field that is a list.
    package mutating func list<Items: Sequence>(
        _ name: StaticString, _ items: Items, _ item: (inout WireWriter, Items.Element) -> Void
    ) {
        key(name)
        list(items, item)
    }

    // MARK: Fields

    package mutating func field(_ name: StaticString, _ text: String) {
        key(name)
        value(text)
    }

    package mutating func field(_ name: StaticString, _ text: String?) {
        if let text { field(name, text) }
    }

    package mutating func field(_ name: StaticString, _ number: Int64) {
        key(name)
        value(number)
    }

    package mutating func field(_ name: StaticString, _ number: Int) { field(name, Int64(number)) }

    package mutating func field(_ name: StaticString, _ number: Int?) {
        if let number { field(name, Int64(number)) }
    }

    package mutating func field(_ name: StaticString, _ number: Double) {
        key(name)
        self.number(number)
    }

    package mutating func field(_ name: StaticString, _ time: Timestamp?) {
        if let time { field(name, time.microseconds) }
    }

    package mutating func field(_ name: StaticString, _ duration: Duration?) {
        if let duration { field(name, duration.wholeMicroseconds) }
    }

    package mutating func field(_ name: StaticString, _ id: JobID?) {
        guard let id else { return }
        key(name)
        value(id)
    }

    package mutating func field(_ name: StaticString, _ value: JSONValue?) {
        guard let value else { return }
        key(name)
        self.value(value)
    }

    /// Writes a field whose value is JSON already.
    mutating func field(_ name: StaticString, encoded: [UInt8]) {
        key(name)
        separate()
        json.append(encoded: encoded)
    }

    /// Writes a field only when it is true; an absent one is false.
    package mutating func flag(_ name: StaticString, _ flag: Bool) {
        guard flag else { return }
        key(name)
        separate()
        json.append("true")
    }

    /// Writes a map of texts in the order of its names, unless it is empty.
    package mutating func texts(_ name: StaticString, _ texts: [String: String]) {
        if texts.isEmpty { return }
        key(name)
        open(UInt8(ascii: "{"))
        for (key, text) in texts.sorted(by: { $0.key < $1.key }) {
            self.key(key)
            value(text)
        }
        close(UInt8(ascii: "}"))
    }

    /// Writes an object whose names are data.
    package mutating func map<Value>(
        _ name: StaticString, _ members: [String: Value], _ value: (inout WireWriter, Value) -> Void
    ) {
        key(name)
        open(UInt8(ascii: "{"))
        for (key, member) in members.sorted(by: { $0.key < $1.key }) {
            self.key(key)
            value(&self, member)
        }
        close(UInt8(ascii: "}"))
    }

    // MARK: Elements

    package mutating func value(_ text: String) {
        separate()
        json.write(text)
    }

    package mutating func value(_ number: Int64) {
        separate()
        json.append(number.description)
    }

    package mutating func value(_ id: JobID) {
        separate()
        json.write(id.description)
    }

    package mutating func value(_ value: JSONValue) {
        separate()
        json.write(value)
    }

    /// JSON knows no infinities; what reads them back takes null for nothing said.
    private mutating func number(_ number: Double) {
        separate()
        json.append(number.isFinite ? number.description : "null")
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        json.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        json.append(bracket)
        needsComma = true
    }

    private mutating func key(_ name: StaticString) {
        if needsComma { json.append(UInt8(ascii: ",")) }
        json.append(UInt8(ascii: "\""))
        json.append(name)
        json.append("\":")
        needsComma = false
    }

    private mutating func key(_ name: String) {
        if needsComma { json.append(UInt8(ascii: ",")) }
        json.write(name)
        json.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { json.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}
