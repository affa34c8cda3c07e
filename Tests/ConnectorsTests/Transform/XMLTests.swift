import Testing
import XMLDocuments

@Suite struct XMLTests {
    @Test func `a document is read with everything in its order`() throws {
        let root = try XMLParser.parse(
            """
            <?xml version="1.0" encoding="ISO-8859-1"?>
            <!-- first --><?style x?>
            <s:a xmlns:s='urn:s' x="1 &lt; &#x32;\t3">one<b/><!-- - --> two <![CDATA[<&>]]>&amp;<b
             y = "é"></b ></s:a>
            <!-- last -->
            """)
        #expect(
            root
                == XMLElement(
                    "s:a", attributes: [.init("xmlns:s", "urn:s"), .init("x", "1 < 2 3")],
                    children: [
                        .text("one"), .element(XMLElement("b")), .text(" two <&>&"),
                        .element(XMLElement("b", attributes: [.init("y", "é")])),
                    ]))
        #expect(root.localName == "a")
        #expect(root.all("b").count == 2)
    }

    @Test(arguments: [
        ("", 1, 1, "no element"), ("x", 1, 1, "before the first"), ("<a>", 1, 4, "ends inside"),
        ("<a></b>", 1, 4, "ends `<a>`"), ("<a/><b/>", 1, 5, "follows"), ("<a x=1/>", 1, 6, "quotes"),
        ("<a x='1' x='2'/>", 1, 10, "twice"), ("<a x='1'y='2'/>", 1, 9, "a space"),
        ("<a>\n &foo;</a>", 2, 2, "`&foo;`"),
        ("<a>&</a>", 1, 4, "`&amp;`"), ("<a>&#0;</a>", 1, 4, "no character"), ("<a>&#x+41;</a>", 1, 4, "no character"),
        ("<a>\u{1}</a>", 1, 4, "U+1"), ("<a x='<'/>", 1, 7, "`&lt;`"), ("<a>]]></a>", 1, 4, "`]]&gt;`"),
        ("<a><!-- -- --></a>", 1, 9, "`--`"), ("<a><![CDATA[x</a>", 1, 4, "no end"), ("<1/>", 1, 2, "name"),
        ("<a><?xml version='1.0'?></a>", 1, 4, "declaration"), ("<a x", 1, 5, "no value"),
        ("<!DOCTYPE a><a/>", 1, 1, "document type"), ("<a><!DOCTYPE b></a>", 1, 5, "name"), ("</a>", 1, 1, "not begun"),
    ])
    func `what is no document is refused with its place`(text: String, line: Int, column: Int, words: String) {
        #expect {
            try XMLParser.parse(text)
        } throws: { error in
            let problem = error as? XMLProblem
            return problem?.line == line && problem?.column == column && problem?.message.contains(words) == true
        }
    }

    @Test func `entities that grow are not even read`() {
        let bomb = "<!DOCTYPE l [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><l>&b;</l>"
        #expect(throws: XMLProblem.self) { try XMLParser.parse(bomb) }
        #expect(throws: XMLProblem.self) {
            try XMLParser.parse("<!DOCTYPE l [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><l>&f;</l>")
        }
    }

    @Test func `limits hold`() {
        let deep = String(repeating: "<a>", count: 300) + String(repeating: "</a>", count: 300)
        #expect(throws: XMLProblem.self) { try XMLParser.parse(deep) }
        #expect(throws: XMLProblem.self) { try XMLParser.parse("<a>xxx</a>", limits: XMLLimits(bytes: 5)) }
        #expect(throws: XMLProblem.self) { try XMLParser.parse("<a><b/><b/></a>", limits: XMLLimits(count: 2)) }
    }

    @Test func `lines end by a line feed, however they were written`() throws {
        #expect(try XMLParser.parse("<a>1\r\n2\r3\n</a>").text == "1\n2\n3\n")
    }

    @Test func `what was written is read as the same`() throws {
        let root = XMLElement(
            "a", attributes: [.init("x", "<\"'&>\n\t\r")],
            children: [.text("1 < 2 & \r\n ]]>"), .element(XMLElement("b", children: [.text("👋")])), .text("é")])
        #expect(try XMLParser.parse(XMLWriter.write(root)) == root)
        #expect(throws: XMLUnwritable.self) { try XMLWriter.write(XMLElement("a b")) }
        #expect(throws: XMLUnwritable.self) { try XMLWriter.write(XMLElement("a", children: [.text("\u{0}")])) }
    }
}
