import HTTPTypes
import NIOCore

/// A request that was sent plainly, with its body.
struct PlainRequest {
    private let head: PlainHead
    private let bytes: ByteBuffer
    let target: String
    /// The target without the query.
    let path: Substring

    init(_ head: PlainHead, _ bytes: ByteBuffer) {
        self.head = head
        self.bytes = bytes
        target = Self.text(head.target, in: bytes)
        path = target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)]
    }

    var method: String { Self.text(head.method, in: bytes) }

    var query: String { String(target[path.endIndex...].dropFirst()) }

    var body: [UInt8] { bytes.getBytes(at: bytes.readerIndex + head.size, length: head.length ?? 0) ?? [] }

    /// By their names in lower case, `host` among them; those that came several times together.
    var headers: [String: String] {
        var headers: [String: String] = [:]
        headers.reserveCapacity(head.fields.count)
        for field in head.fields {
            let (name, value) = (Self.text(field.name, in: bytes).lowercased(), Self.text(field.value, in: bytes))
            headers[name] = headers[name].map { $0 + ", " + value } ?? value
        }
        return headers
    }

    /// All but `Host`, as the decoder would give them to the routes.
    var fields: HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(head.fields.count)
        for field in head.fields {
            guard let name = HTTPField.Name(Self.text(field.name, in: bytes)), name != .host else { continue }
            fields.append(HTTPField(name: name, value: Self.text(field.value, in: bytes)))
        }
        return fields
    }

    private static func text(_ range: Range<Int>, in bytes: ByteBuffer) -> String {
        bytes.getString(at: bytes.readerIndex + range.lowerBound, length: range.count) ?? ""
    }
}

extension HTTPField.Name {
    fileprivate static let host = HTTPField.Name("Host")!
}
