public import ConnectorReplay
public import PatchbayJSON

/// What a test's stand-in for the vendor does with a request.
public enum TestAnswer: Sendable {
    case response(Exchange.Response)
    case fault(Exchange.Fault)

    /// No answer in time; the request may have arrived.
    public static let timeout = TestAnswer.fault(.timeout)
    /// Nobody listens.
    public static let unreachable = TestAnswer.fault(.unreachable)
    /// The connection ended before the answer was complete.
    public static let reset = TestAnswer.fault(.reset)

    /// An answer with a JSON body.
    public static func json(_ body: JSON, status: Int = 200, headers: [Exchange.Header] = []) -> TestAnswer {
        let type = Exchange.Header("content-type", "application/json")
        return .response(Exchange.Response(status, headers: [type] + headers, body: body.bytes()))
    }

    /// An answer with a text, which need not be what the connector expects: `<html>` where JSON should be, say.
    public static func text(
        _ body: String, status: Int = 200, type: String = "text/plain; charset=utf-8"
    ) -> TestAnswer {
        .response(Exchange.Response(status, headers: [Exchange.Header("content-type", type)], body: Array(body.utf8)))
    }

    /// An answer without a body.
    public static func status(_ status: Int, headers: [Exchange.Header] = []) -> TestAnswer {
        .response(Exchange.Response(status, headers: headers))
    }

    /// 429 with `Retry-After` in seconds.
    public static func rateLimited(retryAfter seconds: Int) -> TestAnswer {
        .status(429, headers: [Exchange.Header("retry-after", String(seconds))])
    }

    /// A JSON answer that breaks off in the middle.
    public static func cut(_ body: JSON, status: Int = 200) -> TestAnswer {
        let bytes = body.bytes()
        let type = Exchange.Header("content-type", "application/json")
        return .response(Exchange.Response(status, headers: [type], body: Array(bytes.prefix(bytes.count / 2))))
    }
}
