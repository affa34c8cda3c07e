import CPatchbay

/// How the checking host answers a connector's HTTP request. Nothing goes out to any network.
enum CheckAnswer: Sendable {
    case response(status: Int32, headers: String, body: [UInt8])
    /// There is no answer, for this reason (PB_CODE_…).
    case failure(code: Int32, message: String)
    /// The request is not taken (PB_…).
    case refusal(Int32)
    /// Nothing happens until the request is given up.
    case silence

    static func status(_ status: Int32, headers: String = "", _ body: String = "") -> CheckAnswer {
        .response(status: status, headers: "content-type: application/json\n" + headers, body: Array(body.utf8))
    }

    static let unreachable = CheckAnswer.failure(
        code: Int32(PB_CODE_UNAVAILABLE), message: "The host cannot be reached.")
}

/// An answer with the name it has in reports.
struct NamedAnswer {
    var name: String
    var answer: CheckAnswer
    /// The codes that fit it (PB_CODE_…); empty when any does.
    var codes: [Int32] = []

    /// What other servers and networks do on their bad days.
    static let faults: [NamedAnswer] = refusals + statuses + bodies

    private static let refusals: [NamedAnswer] = [
        NamedAnswer(name: "a network that is down", answer: .unreachable),
        NamedAnswer(
            name: "a request that takes too long",
            answer: .failure(code: Int32(PB_CODE_TIMEOUT), message: "There was no answer in time.")),
        NamedAnswer(name: "a request that is denied", answer: .refusal(Int32(PB_DENIED))),
        NamedAnswer(name: "a host that is busy", answer: .refusal(Int32(PB_BUSY))),
        NamedAnswer(name: "a host that is closing", answer: .refusal(Int32(PB_CLOSING))),
    ]

    private static let statuses: [NamedAnswer] = [
        NamedAnswer(
            name: Self.later, answer: .status(429, headers: "retry-after: 7\n", #"{"error":"slow"}"#),
            codes: [Int32(PB_CODE_RATE_LIMITED)]),
        NamedAnswer(name: "429 without a word", answer: .status(429), codes: [Int32(PB_CODE_RATE_LIMITED)]),
        NamedAnswer(
            name: "401", answer: .status(401, #"{"error":"unauthorized"}"#),
            codes: [Int32(PB_CODE_AUTH_EXPIRED), Int32(PB_CODE_AUTH_DENIED)]),
        NamedAnswer(name: "403", answer: .status(403, #"{"error":"forbidden"}"#)),
        NamedAnswer(name: "404", answer: .status(404, "{}")),
        NamedAnswer(name: "500", answer: .status(500, "oops")),
        NamedAnswer(name: "503", answer: .status(503, headers: "retry-after: Wed, 21 Oct 2015 07:28:00 GMT\n")),
        NamedAnswer(name: "a status that does not exist", answer: .status(999, "{}")),
    ]

    private static let bodies: [NamedAnswer] = [
        NamedAnswer(name: "an empty answer", answer: .status(200)),
        NamedAnswer(name: "an answer that breaks off", answer: .status(200, #"{"ok":true,"items":[{"id":"#)),
        NamedAnswer(name: "an answer of the wrong kind", answer: .status(200, "[[],null,3]")),
        NamedAnswer(name: "a page of HTML", answer: body(Array("<!doctype html><p>Hello".utf8))),
        NamedAnswer(name: "bytes that are no text", answer: body([0xFF, 0x00, 0xC3, 0x28, 0x7B])),
        NamedAnswer(name: "an answer nested too deeply", answer: body([UInt8](repeating: 0x5B, count: 200_000))),
    ]

    /// The one that says when to try again.
    static let later = "429 with Retry-After"

    private static func body(_ bytes: [UInt8]) -> CheckAnswer {
        .response(status: 200, headers: "content-type: text/html\n", body: bytes)
    }
}
