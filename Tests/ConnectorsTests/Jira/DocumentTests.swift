import PatchbayJSON
import Testing

@testable import JiraConnector

@Suite struct DocumentTests {
    private func content(_ text: String) -> JSON { JSON(documentOf: text)["content"] ?? nil }

    private func paragraph(_ nodes: JSON...) -> JSON { ["type": "paragraph", "content": .array(nodes)] }

    private func words(_ text: String) -> JSON { ["type": "text", "text": .string(text)] }

    private func link(_ text: String) -> JSON {
        [
            "type": "text", "text": .string(text),
            "marks": [["type": "link", "attrs": ["href": .string(text)]]],
        ]
    }

    private let lineBreak: JSON = ["type": "hardBreak"]

    @Test func `a line is a paragraph of a version 1 document`() {
        #expect(
            JSON(documentOf: "One line.") == [
                "type": "doc", "version": 1,
                "content": [["type": "paragraph", "content": [["type": "text", "text": "One line."]]]],
            ])
    }

    @Test func `empty lines part paragraphs, other line ends are kept`() {
        #expect(
            content("a\nb\r\n\r\n \n\nc\n") == [paragraph(words("a"), lineBreak, words("b")), paragraph(words("c"))])
    }

    @Test func `no text is an empty document`() {
        #expect(content("") == [])
        #expect(content(" \n\n ") == [])
    }

    @Test func `addresses become links, without the marks of the sentence`() {
        #expect(
            content("See https://a.example/x?y=1. And (http://b.example)!") == [
                paragraph(
                    words("See "), link("https://a.example/x?y=1"), words(". And ("), link("http://b.example"),
                    words(")!"))
            ])
        #expect(content("https://a.example") == [paragraph(link("https://a.example"))])
        #expect(content("https:// and ftp://x") == [paragraph(words("https:// and ftp://x"))])
    }

    @Test func `no text node is ever empty`() {
        let document = JSON(documentOf: "https://a.example\nhttps://b.example\n\nx")
        for paragraph in document["content"]?.array ?? [] {
            for node in paragraph["content"]?.array ?? [] where node["type"] == "text" {
                #expect(node["text"]?.string?.isEmpty == false)
            }
        }
    }
}
