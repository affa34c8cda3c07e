import HTTPTypes
import Hummingbird
import NIOCore
import PatchbayCore

/// Requests of one kind that can be answered where a connection's bytes come in (`QuickLane`): the common ones, of which all
/// that has to be known is known. It decides nothing that the routes do not, and leaves to them what is not common.
protocol QuickAnswers: Sendable {
    /// Whether a request may be one; before its body is there.
    func fits(_ head: PlainHead, _ bytes: ByteBuffer) -> Bool

    /// False when it is for the routes. Else `then` is called once, from any thread: with nil when nothing came of it and it is
    /// for the routes after all.
    ///
    /// - Parameter peer: Where the connection comes from.
    func take(_ request: PlainRequest, from peer: String, then: @escaping @Sendable (QuickAnswer?) -> Void) -> Bool
}

/// An answer, written on the connection's event loop.
struct QuickAnswer: Sendable {
    let write: @Sendable (ByteBufferAllocator) -> ByteBuffer
}

/// What begins answers of one status: the fields that never change, as bytes of HTTP/1.1.
struct AnswerHead: Sendable {
    private let text: String

    init(_ status: HTTPResponse.Status, _ security: SecurityHeaders) {
        var fields: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        security.write(to: &fields)
        text = fields.reduce(into: "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n") {
            $0 += "\($1.name.rawName): \($1.value)\r\n"
        }
    }

    /// The whole answer.
    func answer(
        _ body: [UInt8], date: String, requestID: String, standing: RateStanding?, more: [HTTPField] = [],
        by allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        var answer = allocator.buffer(capacity: text.utf8.count + body.count + 384)
        answer.writeString(text)
        answer.writeField(.date, date)
        answer.writeField(.requestID, requestID)
        answer.writeField(.contentLength, String(body.count))
        if let standing {
            answer.writeField(.rateLimit, String(standing.limit))
            answer.writeField(.rateRemaining, String(standing.remaining))
            answer.writeField(.rateReset, String(standing.reset.milliseconds / 1_000))
        }
        for field in more { answer.writeField(field.name, field.value) }
        answer.writeStaticString("\r\n")
        answer.writeBytes(body)
        return answer
    }
}

extension ByteBuffer {
    fileprivate mutating func writeField(_ name: HTTPField.Name, _ value: String) {
        writeString(name.rawName)
        writeStaticString(": ")
        writeString(value)
        writeStaticString("\r\n")
    }
}
