import JobAWS
import JobCore
import Testing

struct XMLReaderTests {
    func parse(_ text: String) throws(XMLFault) -> XMLNode { try XMLReader.parse(Array(text.utf8)) }

    @Test func readsWhatAWSSends() throws {
        let root = try parse(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- note -->
            <ec2:Reply xmlns:ec2="http://ec2.amazonaws.com/doc/2016-11-15/" a='>'>
              <set><item><id>i-1</id></item><item><id> i&#45;2 &lt;&amp;&#x3E; </id></item></set>
              <empty/><data><![CDATA[<raw> & ]]></data>
            </ec2:Reply>
            """)
        #expect(root.name == "Reply")
        #expect(root.list("set").compactMap { $0.text("id") } == ["i-1", "i-2 <&>"])
        #expect(root.text("empty") == nil)
        #expect(root.text("data") == "<raw> &")
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a/><b/>", "<a b=c/>", "<a b/>", "<a>&nbsp;</a>", "<a>&#xD800;</a>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a", "<a>&", "<![CDATA[", "<a><![CDATA[</a>", "</a>",
    ])
    func refusesWhatIsNoXML(text: String) {
        #expect(throws: XMLFault.self) { try parse(text) }
    }

    @Test func refusesEndlessDepth() {
        let text = String(repeating: "<a>", count: 10_000)
        #expect(throws: XMLFault.self) { try parse(text) }
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"), ("21 Jan 2019 09:00:43 GMT", "2019-01-21T09:00:43Z"),
    ])
    func readsDates(text: String, time: String) {
        #expect(HTTPDate.parse(text) == Timestamp(time))
    }

    @Test(arguments: [
        "", "never", "Sun, 06 Foo 1994 08:49:37 GMT", "06 Nov 94 08:49:37 GMT", "99 Nov 1994 08:49:37 GMT",
    ])
    func knowsWhatIsNoDate(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }
}
