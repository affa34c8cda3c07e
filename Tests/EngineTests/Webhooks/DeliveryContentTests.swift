import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import Testing

/// What expressions see of a delivery.
struct DeliveryContentTests {
    private func body(_ text: String, type: String) throws -> JSON? {
        let content = DeliveryContent(
            method: "POST", headers: ["content-type": type], query: "", body: Array(text.utf8))
        return try content.trigger(id: "d", node: "hook", path: "p")["body"]
    }

    @Test func `a form of several parts gives its fields, and files with what is in them`() throws {
        let text = """
            --x\r\nContent-Disposition: form-data; name="title"\r\n\r\nH\u{e9}llo\r\n\
            --x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n\
            one\r\ntwo\r\n--x\r\ncontent-disposition: form-data; name="tag"\r\n\r\na\r\n\
            --x\r\ncontent-disposition: form-data; name=tag\r\n\r\n\r\n--x--\r\n
            """
        let body = try body(text, type: #"Multipart/Form-Data; boundary="x""#)
        #expect(body?["title"] == "Héllo")
        #expect(body?["tag"] == ["a", ""])
        let file = body?["file"]
        #expect(file?["filename"] == "a.txt")
        #expect(file?["content_type"] == "text/plain")
        #expect(file?["size"] == 8)
        #expect(file?["base64"] == "b25lDQp0d28=")
        #expect(file?["sha256"]?.string?.utf8.count == 64)
    }

    @Test(arguments: [
        "", "--x", "--x\r\n", "--x\r\n\r\na\r\n--x--", "--y\r\nContent-Disposition: form-data; name=a\r\n\r\n--y--",
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb",
        "--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--",
        "--x\r\nnonsense\r\n\r\nb\r\n--x--",
    ])
    func `what is no such form is refused`(text: String) {
        #expect(throws: UnreadableDelivery.self) {
            let found = try body(text.isEmpty ? " " : text, type: "multipart/form-data; boundary=x")
            Issue.record("it gave \(found?.text ?? "")")
        }
    }

    @Test func `secrets are not kept`() throws {
        let content = DeliveryContent(
            method: "GET",
            headers: ["authorization": "hush", "cookie": "hush", "x-gitlab-token": "hush", "x-event": "push"],
            query: "a=1&a=2", body: [])
        let trigger = try content.trigger(id: "d", node: "hook", path: "p")
        #expect(trigger["headers"] == ["x-event": "push"])
        #expect(trigger["query"] == ["a": ["1", "2"]])
        #expect(trigger["body"] == .null)
    }
}
