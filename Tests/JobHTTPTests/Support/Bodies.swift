/// Jobs as clients send them.
enum Body {
    static func job(_ name: String = "job", _ more: String = "") -> String {
        #"{"name": "\#(name)", "steps": [{"name": "call", "http": {"url": "http://example.org/"}}]\#(more)}"#
    }
}
