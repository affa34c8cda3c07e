import ConnectorSDK
import PatchbayJSON
import Testing

@testable import HTTPConnector

@Suite struct ContentTests {
    private func content(
        _ type: String?, _ body: [UInt8], as format: Content.Format = .auto
    ) throws(ConnectorError) -> Content {
        let headers = type.map { [(name: "content-type", value: $0)] } ?? []
        return try Content(HTTPResponse(status: 200, headers: headers, body: body, url: ""), as: format)
    }

    @Test(arguments: [
        "application/json", "Application/JSON; charset=utf-8", "application/problem+json", "text/json",
        "application/vnd.api+json;charset=\"UTF-8\"",
    ])
    func `JSON is given as a value`(type: String) throws {
        #expect(try content(type, Array(#"{"a":1}"#.utf8)) == .value(["a": 1]))
    }

    @Test(arguments: ["text/html", "text/csv; charset=UTF-8", "application/xml", "image/svg+xml", "application/yaml"])
    func `what people can read is given as text`(type: String) throws {
        #expect(try content(type, Array("grüß".utf8)) == .value("grüß"))
    }

    @Test func `what nobody describes is text when it can be`() throws {
        #expect(try content(nil, Array("yes".utf8)) == .value("yes"))
        #expect(try content(nil, [0xFF, 0xFE]) == .bytes(Bytes([0xFF, 0xFE])))
        #expect(try content(nil, [0x61, 0x00]) == .bytes(Bytes([0x61, 0x00])))
    }

    @Test func `everything else is bytes`() throws {
        #expect(try content("image/png", [1, 2, 3]) == .bytes(Bytes([1, 2, 3])))
        #expect(try content("application/octet-stream", Array("text".utf8)) == .bytes(Bytes(Array("text".utf8))))
    }

    @Test func `text that is none is not bent into one`() throws {
        #expect(try content("text/plain", [0xC3, 0x28]) == .bytes(Bytes([0xC3, 0x28])))
        #expect(try content("text/plain; charset=shift_jis", [0x83, 0x65]) == .bytes(Bytes([0x83, 0x65])))
        #expect(try content("text/plain; charset=ISO-8859-1", [0xFC]) == .value("ü"))
        #expect(throws: ConnectorError.self) { try content("text/plain", [0xC3, 0x28], as: .text) }
    }

    @Test func `an empty body is nothing`() throws {
        #expect(try content("application/json", []) == Content.none)
        #expect(try content("application/json", [], as: .json) == Content.none)
        #expect(try content("text/plain", [], as: .text) == .value(""))
    }

    @Test func `what was asked for goes before what is said`() throws {
        #expect(try content("text/plain", Array("[1]".utf8), as: .json) == .value([1]))
        #expect(try content("application/json", Array("[1]".utf8), as: .text) == .value("[1]"))
        #expect(try content("application/json", Array("[1]".utf8), as: .base64) == .bytes(Bytes(Array("[1]".utf8))))
    }

    @Test func `JSON that is cut off is an error that shows its beginning`() {
        let error = #expect(throws: ConnectorError.self) { try content("application/json", Array(#"{"a":"#.utf8)) }
        #expect(error?.code == .upstream)
        #expect(error?.detail?["body"] == #"{"a":"#)
    }
}
