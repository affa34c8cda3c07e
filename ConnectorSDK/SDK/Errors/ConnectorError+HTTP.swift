public import PatchbayJSON

extension ConnectorError {
    /// The error that an HTTP answer means by its status alone (RFC 9110 §15, RFC 6585), with `Retry-After` when it is
    /// there. What the vendor says in the body is the caller's to add.
    public init(
        _ response: HTTPResponse, _ message: String? = nil, vendorCode: String? = nil, detail: JSON? = nil
    ) {
        let code: Code =
            switch response.status {
            case 400, 413, 414, 415, 422: .invalidInput
            case 401, 403, 407: .authDenied
            case 404, 410: .notFound
            case 408: .timeout
            case 409, 412, 423: .conflict
            case 429: .rateLimited
            case 501, 505: .unsupported
            case 500...599: .unavailable
            default: .upstream
            }
        // A refusal says that nothing was done; after a server's own failure nobody knows.
        let effect: Effect = (400..<500).contains(response.status) && response.status != 408 ? .none : .unknown
        self.init(
            code, message ?? "The server answered with status \(response.status).",
            retryAfter: response.retryAfter, effect: effect, httpStatus: response.status, vendorCode: vendorCode,
            detail: detail)
    }
}
