import HTTPTypes
import Logging
import NIOCore
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// A start that is stored, or was not, with what its answer is made of.
private struct StartReceipt: Sendable {
    let outcome: Result<RunRecord, APIError>
    let requestID: String
    let at: Timestamp
    let start: ContinuousClock.Instant
    let standing: RateStanding?
}

/// Takes `POST /api/v1/runs` where all that has to be known is known: who sends it and that they may, the workflow as it was
/// when somebody looked last, which the insert compares, and that no limit is near. What is more complicated, or is refused, is
/// for the routes.
struct QuickStarts: QuickAnswers {
    private static let path = "/api/v1/runs"
    /// Bytes of the largest body that is gathered here.
    private static let mostBytes = 16 << 10
    private static let needed: [Permission]? =
        if case .needs(let permissions)? = AccessTable.rule(.post, "/runs")?.access { permissions } else { nil }

    let gate: Gate
    let workflows: CurrentWorkflows
    let starter: RunStarter
    let limiter: RateLimiter
    let identity: RequestIdentity
    let origins: AllowedOrigins
    let security: SecurityHeaders
    let audit: AuditDesk
    let log: AccessLog
    let logger: Logger
    let clock: any TimeSource
    private let accepted: AnswerHead
    private let date = DateHeader()

    init(
        gate: Gate, workflows: CurrentWorkflows, starter: RunStarter, limiter: RateLimiter, identity: RequestIdentity,
        origins: AllowedOrigins, security: SecurityHeaders, audit: AuditDesk, log: AccessLog, logger: Logger,
        clock: any TimeSource
    ) {
        self.gate = gate
        self.workflows = workflows
        self.starter = starter
        self.limiter = limiter
        self.identity = identity
        self.origins = origins
        self.security = security
        self.audit = audit
        self.log = log
        self.logger = logger
        self.clock = clock
        accepted = AnswerHead(.accepted, security)
    }

    func fits(_ head: PlainHead, _ bytes: ByteBuffer) -> Bool {
        let span = bytes.readableBytesUInt8Span
        return span.holds("POST", in: head.method) && span.holds(Self.path, in: head.target)
            && (1...Self.mostBytes).contains(head.length ?? 0) && origins.isEmpty
    }

    func take(_ request: PlainRequest, from peer: String, then: @escaping @Sendable (QuickAnswer?) -> Void) -> Bool {
        let start = ContinuousClock.now
        let now = clock.now
        let fields = request.fields
        guard fields[.authorization] != nil, fields[.idempotencyKey] == nil else { return false }
        guard let needed = Self.needed, let (actor, caller) = gate.known(fields, at: now), caller.lacks(needed) == nil,
            let order = StartOrder(request.body, fields[.contentType]), caller.mayTouch(order.workflow),
            let workflow = workflows.lastKnown(order.workflow, in: caller.tenant), workflow.status == .active,
            workflows.knownTriggers(of: workflow)?.contains(NodeKind.manual.rawValue) ?? false
        else { return false }
        let requestID = identity.name(fields[.requestID], at: now)
        let origin = AuditEvent.Origin(
            address: identity.address(for: fields, from: peer), agent: fields[.userAgent], requestID: requestID)
        let event = AuditEvent(
            .runStarted, by: actor, in: caller.tenant, at: now, from: origin,
            details: ["workflow_id": .string(order.workflow.description)])
        guard let attempt = starter.attempt(workflow, input: order.input, audit: event) else { return false }
        guard let admission = limiter.admitAtOnce(RateKey(.execute, tenant: caller.tenant), at: now) else {
            attempt.drop()
            return false
        }
        let (audit, logger) = (audit, logger)
        attempt.store { result in
            @Sendable func answer(_ outcome: Result<RunRecord, APIError>) -> QuickAnswer {
                let receipt = StartReceipt(
                    outcome: outcome, requestID: requestID, at: now, start: start, standing: admission.standing)
                return QuickAnswer { self.answer(receipt, by: $0) }
            }
            switch result {
            case .success(let run): then(answer(.success(run)))
            case .failure(is WorkflowMoved): then(nil)
            case .failure(let error):
                Task {
                    // It may be stored all the same, so that nobody tries once more.
                    let failed = AuditEvent(.runStarted, .failed, by: actor, in: caller.tenant, at: now, from: origin)
                    let logger = logger.naming(requestID)
                    let told = ErrorAnswers.translated(error, logger)
                    if told.code.status.code >= 500 { await audit.tryAppend([failed], logger) }
                    then(answer(.failure(told)))
                }
            }
        }
        return true
    }

    private func answer(_ receipt: StartReceipt, by allocator: ByteBufferAllocator) -> ByteBuffer {
        var (head, status, more) = (accepted, HTTPResponse.Status.accepted, [HTTPField]())
        let body: [UInt8]
        switch receipt.outcome {
        case .success(let run):
            body = JSON.object(run.json).bytes()
            more = [HTTPField(name: .location, value: Self.path + "/" + run.id.description)]
        case .failure(let error):
            body = error.json(requestID: receipt.requestID).bytes()
            (status, more) = (error.code.status, Array(error.headers))
            head = AnswerHead(status, security)
        }
        log.write(.post, Self.path, status, since: receipt.start, logger, receipt.requestID)
        return head.answer(
            body, date: date.text(at: receipt.at), requestID: receipt.requestID, standing: receipt.standing,
            more: more, by: allocator)
    }
}

/// What the body of a start says; what it leaves out or says wrong is for the routes to tell.
struct StartOrder {
    let workflow: WorkflowID
    let input: JSON

    init?(_ body: [UInt8], _ type: String?) {
        guard type == nil || MediaType(type).isJSON, let json = try? JSON(parsing: body), let members = json.object,
            members.allSatisfy({ $0.name == "workflow_id" || $0.name == "input" }),
            let workflow = members["workflow_id"]?.string.flatMap({ WorkflowID($0) })
        else { return nil }
        self.workflow = workflow
        input = members["input"] ?? [:]
    }
}
