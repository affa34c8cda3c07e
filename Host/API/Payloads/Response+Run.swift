import HTTPTypes
import Hummingbird
import NIOCore
import PatchbayJSON

extension Response {
    /// What a `respond` node says: {status, headers, body}. A text is sent as it is, nothing as nothing, and all else
    /// as JSON. Headers that HTTP does not know how to write, or that are the server's own, are left out.
    init(ofRun response: JSON) {
        var headers = HTTPFields()
        for header in response["headers"]?.object ?? [:] {
            guard let name = HTTPField.Name(header.name), !Self.own.contains(name.canonicalName),
                let value = header.value.string, HTTPField.isValidValue(value)
            else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
        let body = response["body"] ?? .null
        let bytes: [UInt8]
        switch body {
        case .null: bytes = []
        case .string(let text): bytes = Array(text.utf8)
        default: bytes = body.bytes()
        }
        if headers[.contentType] == nil, !bytes.isEmpty {
            headers[.contentType] = body.string == nil ? "application/json; charset=utf-8" : "text/plain; charset=utf-8"
        }
        let status = HTTPResponse.Status(code: Int(response["status"]?.int ?? 200))
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// RFC 9110, section 7.6.1, and what frames the message.
    private static let own: Set<String> = [
        "connection", "content-length", "date", "host", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
}
