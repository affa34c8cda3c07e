import PatchbayCore
import PatchbayJSON
import PatchbayOutbound

/// A call with everything it needs, and the reading of how it ended.
struct PreparedCall {
    private let call: RunningCall
    private var module: LoadedModule { call.module }

    init(
        _ call: OperationCall, _ module: LoadedModule, _ use: CredentialUse?,
        _ settings: (settings: JSONObject, bytes: [UInt8]), _ outbound: (any RequestSender)?,
        _ tenantEgress: TenantEgress
    ) {
        let left = call.deadline.milliseconds &- WallClock.now
        let grants = HostGrants(
            module.hosts, settings: settings.settings, credentialHosts: use?.grant.record.hosts ?? [])
        let allowance = CallAllowance(
            outbound: outbound, hosts: grants.hosts, tenantEgress: tenantEgress, slot: use?.slot,
            attachment: use?.attachment,
            attachmentHosts: grants.secretHosts, redaction: use.map { Redaction($0.grant.secrets) },
            deadline: MonotonicClock.now &+ left)
        let invocation = Invocation(
            operation: call.reference.operation, input: call.input.bytes(), settings: settings.bytes,
            slot: use?.slot ?? "", idempotencyKey: call.idempotencyKey, attempt: call.attempt, deadline: call.deadline)
        self.call = RunningCall(invocation, in: module, allowance)
    }

    func run() async throws -> OperationResult {
        if !module.gate.tryEnter() { try await waitForPlace() }
        defer { module.gate.leave() }
        return try result(of: await call.run())
    }

    private func waitForPlace() async throws {
        let left = Duration.milliseconds(max(0, call.allowance.deadline &- MonotonicClock.now))
        if await module.gate.enter(within: left) { return }
        try Task.checkCancellation()
        guard !module.gate.isClosed else {
            throw failure(.unavailable, "\(module.side.label) is being stopped.", .none)
        }
        throw failure(
            .timeout,
            "The time was over before one of the \(module.manifest.limits.concurrency) places for calls "
                + "of \(module.side.label) was free.", .none)
    }

    private func result(of end: RunningCall.End) throws -> OperationResult {
        let log = end.log
        switch end.outcome {
        case .output(let bytes): return try result(bytes, log)
        case .failure(var failure):
            if failure.code == .cancelled {
                try Task.checkCancellation()
                if MonotonicClock.now >= call.allowance.deadline { failure.endedAtDeadline(module.side.label) }
            }
            failure.log = log
            throw failure
        case .notStarted(let reason):
            if reason == .requested { throw CancellationError() }
            throw failure(.timeout, "The time was over before \(module.side.label) was asked.", .none, log)
        case .givenUp(let reason):
            if reason == .requested { throw CancellationError() }
            if reason == .shutdown {
                throw failure(.unavailable, "\(module.side.label) was stopped while it worked.", .unknown, log)
            }
            throw failure(
                .timeout,
                "\(module.side.label) did not end \(call.invocation.operation) in time, nor when it was told to; the "
                    + "call was given up.", .unknown, log)
        }
    }

    private func result(_ bytes: [UInt8], _ log: [LogLine]) throws -> OperationResult {
        do throws(JSONError) {
            let output = try JSON(parsing: bytes, limits: JSONLimits(bytes: HostSide.largestOutput))
            return OperationResult(output: call.allowance.redaction?.masked(output) ?? output, log: log)
        } catch {
            throw failure(
                .internalError,
                "\(module.side.label) gave an output of \(call.invocation.operation) that is no JSON: \(error).",
                .applied, log)
        }
    }

    private func failure(
        _ code: OperationFailure.Code, _ message: String, _ effect: OperationFailure.Effect, _ log: [LogLine] = []
    ) -> OperationFailure {
        OperationFailure(code: code, message: message, effect: effect, log: log)
    }
}

extension OperationFailure {
    /// A connector that ends early because its time was over calls itself cancelled; what happened is a timeout. Its word on
    /// the effect stands.
    fileprivate mutating func endedAtDeadline(_ connector: String) {
        code = .timeout
        isRetryable = code.isRetryable
        message = "The time was over before \(connector) was done; its word on it: \(message)"
    }
}
