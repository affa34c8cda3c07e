import HTTPTypes
import Logging
import NIOCore
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// A start that is stored, or was not, with what its answer is made of.
struct StartReceipt: Sendable {
    let outcome: Result<RunRecord, APIError>
    let requestID: String
    let at: Timestamp
    let start: ContinuousClock.Instant
    let standing: RateStanding?
}

/// Takes `POST /api/v1/runs` where all that has to be known is known: who sends it and that they may, the workflow as it was
/// when somebody looked last, which the insert compares, and that no limit is near. What is more complicated, or is refused, is
/// for the routes.
struct QuickStarts: Sendable {
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
    let date = DateHeader()

    /// Whether a request may be one; before its body is read.
    func fits(_ head: HTTPRequest) -> Bool {
        guard head.method == .post, head.path == Self.path, origins.isEmpty else { return false }
        let fields = head.headerFields
        guard let length = fields[.contentLength].flatMap({ Int($0) }), (1...Self.mostBytes).contains(length) else {
            return false
        }
        // Which HTTP/1.1 connections are anyway.
        let isKept = fields[.connection].map { $0.lowercased() == "keep-alive" } ?? true
        return isKept && fields[.authorization] != nil && fields[.idempotencyKey] == nil
            && fields[.expect] == nil && fields[.transferEncoding] == nil && fields[.upgrade] == nil
    }

    /// False when it is for the routes. Else `then` is called once, from any thread: with nil when nothing came of it and it is
    /// for the routes after all.
    func take(
        _ head: HTTPRequest, _ body: [UInt8], from peer: String, then: @escaping @Sendable (StartReceipt?) -> Void
    ) -> Bool {
        let start = ContinuousClock.now
        let now = clock.now
        let fields = head.headerFields
        guard let needed = Self.needed, let (actor, caller) = gate.known(fields, at: now), caller.lacks(needed) == nil,
            let order = StartOrder(body, fields[.contentType]), caller.mayTouch(order.workflow),
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
            func receipt(_ outcome: Result<RunRecord, APIError>) -> StartReceipt {
                StartReceipt(
                    outcome: outcome, requestID: requestID, at: now, start: start, standing: admission.standing)
            }
            switch result {
            case .success(let run): then(receipt(.success(run)))
            case .failure(is WorkflowMoved): then(nil)
            case .failure(let error):
                Task {
                    // It may be stored all the same, so that nobody tries once more.
                    let failed = AuditEvent(.runStarted, .failed, by: actor, in: caller.tenant, at: now, from: origin)
                    let logger = logger.naming(requestID)
                    let answer = ErrorAnswers.translated(error, logger)
                    if answer.code.status.code >= 500 { await audit.tryAppend([failed], logger) }
                    then(receipt(.failure(answer)))
                }
            }
        }
        return true
    }

    func answer(_ receipt: StartReceipt) -> (head: HTTPResponse, body: ByteBuffer) {
        var fields: HTTPFields = [:]
        fields.reserveCapacity(16)
        let (status, body): (HTTPResponse.Status, [UInt8])
        switch receipt.outcome {
        case .success(let run):
            (status, body) = (.accepted, JSON.object(run.json).bytes())
            fields[.location] = Self.path + "/" + run.id.description
        case .failure(let error):
            (status, body) = (error.code.status, error.json(requestID: receipt.requestID).bytes())
            for field in error.headers { fields.append(field) }
        }
        fields[.contentType] = "application/json; charset=utf-8"
        fields[.contentLength] = String(body.count)
        fields[.date] = date.text(at: receipt.at)
        fields[.requestID] = receipt.requestID
        receipt.standing?.write(to: &fields)
        security.write(to: &fields)
        log.write(.post, Self.path, status, since: receipt.start, logger, receipt.requestID)
        return (HTTPResponse(status: status, headerFields: fields), ByteBuffer(bytes: body))
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
