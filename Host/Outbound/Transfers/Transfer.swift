import CLibCurl

/// One request under way: its journey, and what has come back from the present hop. Confined to the loop's thread.
final class Transfer {
    typealias Completion = @Sendable (Result<OutboundResponse, OutboundError>) -> Void

    let ticket: OutboundTicket
    let easy: EasyHandle
    /// On the loop's clock, in milliseconds.
    let deadline: Int64
    private let rules: RequestRules
    private let redaction: Redaction?
    private let completion: Completion
    private(set) var journey: Journey

    private var head = AnswerHead()
    private var body: [UInt8] = []
    private var refusals: [String] = []
    /// Addresses of this request were passed over, at any hop: see `TransferLoop.wait`.
    private(set) var passedOver = false
    private var excess: String?
    private var hasSentEarlier = false

    init(_ order: TransferOrder, easy: EasyHandle, rules: RequestRules, deadline: Int64) {
        ticket = order.ticket
        journey = order.journey
        completion = order.completion
        redaction = order.journey.request.attachment?.redaction
        self.easy = easy
        self.rules = rules
        self.deadline = deadline
    }

    /// Makes the handle ready for the present hop.
    func prepare(_ settings: TransferSettings) throws(CurlFailure) {
        (head, body, refusals) = (AnswerHead(), [], [])
        try easy.reset()
        try settings.apply(to: easy)
        try easy.set(callbacks: Unmanaged.passUnretained(self).toOpaque())
        try settings.apply(journey, to: easy)
    }

    func complete(_ result: Result<OutboundResponse, OutboundError>) {
        completion(result)
    }

    /// An error at this point of the journey.
    func failure(_ code: OutboundError.Code, _ message: String) -> OutboundError {
        OutboundError(
            code: code, message: redaction?.masked(message) ?? message,
            mayHaveHadEffect: hasSentEarlier || easy.hasSent)
    }
}

extension Transfer {
    func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
        head.take(line)
        guard head.size <= rules.limits.responseHeaders else {
            excess =
                "the headers of the answer from \(journey.url.origin) hold more than "
                + "\(rules.limits.responseHeaders) bytes"
            return false
        }
        return true
    }

    func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        // Nobody reads the body of a redirect that is followed.
        guard !leadsOn else { return true }
        guard body.count + bytes.count <= journey.request.maxBody else {
            excess = "the answer from \(journey.url.origin) holds more than \(journey.request.maxBody) bytes"
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    func mayConnect(to address: IPAddress?) -> Bool {
        guard let address else { return false }
        guard let refusal = rules.refusal(ofResolved: address, for: journey.request) else { return true }
        refusals.append(refusal)
        passedOver = true
        return false
    }

    /// Whether the connection that libcurl has chosen may be used: it may be kept from a request of another tenant.
    func mayUse(connectionTo address: String) -> Bool { !rules.resolvesNames || mayConnect(to: IPAddress(address)) }

    private var status: Int { easy.number(CURLINFO_RESPONSE_CODE) }

    private var leadsOn: Bool { journey.follows(status) && head.value("location") != nil }
}

extension Transfer {
    /// What follows from the end of a hop: an answer, or nil when the journey goes on.
    func conclude(_ code: CURLcode) throws(OutboundError) -> OutboundResponse? {
        guard code == CURLE_OK else { throw error(code) }
        if leadsOn, let location = head.value("location") {
            do throws(OutboundError) { try journey.follow(status, to: location) } catch {
                throw failure(error.code, error.message)
            }
            hasSentEarlier = true
            return nil
        }
        return OutboundResponse(
            status: status, headers: answerHeaders, body: body,
            url: redaction?.masked(journey.url.text) ?? journey.url.text)
    }

    private var answerHeaders: [HTTPField] {
        let isDecoded = head.value("content-encoding") != nil && !body.isEmpty
        return head.fields.compactMap { field in
            if isDecoded, ["content-encoding", "content-length"].contains(field.name) { return nil }
            return redaction.map { HTTPField(name: field.name, value: $0.masked(field.value)) } ?? field
        }
    }

    private func error(_ code: CURLcode) -> OutboundError {
        if let excess { return failure(.bodyTooLarge, excess) }
        if code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK, let refusal = refusals.first {
            return failure(.egressDenied, "\(journey.url.host): \(refusal)")
        }
        return failure(OutboundError.Code(code), "\(journey.url.origin): \(easy.explanation(of: code))")
    }
}

extension OutboundError.Code {
    /// What libcurl's code means to who asked.
    fileprivate init(_ code: CURLcode) {
        self =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolveFailed
            case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_PROXY, CURLE_NO_CONNECTION_AVAILABLE:
                .connectFailed
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
                CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
                .tlsFailed
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
                CURLE_HTTP2_STREAM:
                .connectionLost
            default: .protocolError
            }
    }
}
