import NIOCore
import PatchbayEngine

/// A delivery that was sent plainly, as the routes would see it.
struct PlainRequest {
    let target: String
    /// The target without the query.
    let path: Substring
    let authority: String?
    let content: DeliveryContent

    init(_ head: PlainHead, _ bytes: ByteBuffer) {
        func text(_ range: Range<Int>) -> String {
            bytes.getString(at: bytes.readerIndex + range.lowerBound, length: range.count) ?? ""
        }
        let target = text(head.target)
        let end = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        self.target = target
        path = target[..<end]
        var headers: [String: String] = [:]
        headers.reserveCapacity(head.fields.count)
        for field in head.fields {
            let (name, value) = (text(field.name).lowercased(), text(field.value))
            headers[name] = headers[name].map { $0 + ", " + value } ?? value
        }
        authority = headers.removeValue(forKey: "host")
        content = DeliveryContent(
            method: text(head.method), headers: headers,
            query: String(target[end...].dropFirst()),
            body: bytes.getBytes(at: bytes.readerIndex + head.size, length: head.length ?? 0) ?? [])
    }
}
