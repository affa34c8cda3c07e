package import PatchbayCore
import PatchbayJSON

/// Subscribes at vendors and ends that, by connectors' operations.
///
/// What is about to be done is stored before it is done, and the vendor's answer afterwards. A host that dies in between leaves a
/// subscription of which nobody knows whether it is there: the next one asks the connector again, which finds what sends to the
/// endpoint's address.
package struct Subscribing: Sendable {
    private let subscriptions: any DueSubscriptions
    private let catalogue: any ConnectorCatalogue
    private let invoker: any OperationInvoker
    private let secrets: any SubscriptionSecrets
    /// Where this installation is reached from outside, without a slash behind; nil: nobody knows.
    private let address: String?
    private let clock: any TimeSource
    /// Whether hosts that have this connector version are to make the call.
    private let isForOthers: @Sendable (ConnectorPin) async -> Bool

    package init(
        subscriptions: any DueSubscriptions, catalogue: any ConnectorCatalogue, invoker: any OperationInvoker,
        secrets: any SubscriptionSecrets, address: String?, clock: any TimeSource,
        isForOthers: @escaping @Sendable (ConnectorPin) async -> Bool = { _ in false }
    ) {
        self.subscriptions = subscriptions
        self.catalogue = catalogue
        self.invoker = invoker
        self.secrets = secrets
        var base = address
        while base?.hasSuffix("/") == true { base?.removeLast() }
        self.address = base
        self.clock = clock
        self.isForOthers = isForOthers
    }

    /// False when another host has taken it over meanwhile.
    func deal(with claim: SubscriptionClaim, atMost patience: Int64) async throws -> Bool {
        let record = claim.record
        var state = SubscriptionState(record)
        let url = address.map { "\($0)/webhook/\(record.endpoint)" }
        var step = state.begin(url: url, isAwaited: claim.isAwaited, isSuspended: claim.isSuspended, at: clock.now)
        if step == .subscribe || step == .unsubscribe {
            if let reference = OperationReference(pinned: record.uses),
                await isForOthers(ConnectorPin(connector: reference.connector, version: reference.version))
            {
                state = SubscriptionState(record)
                state.postpone(until: clock.now + 1_000)
                return try await subscriptions.store(
                    state.progress, of: claim, nextAt: state.nextAt, at: clock.now)
            }
            do {
                step = try await act(step, &state, claim, atMost: patience)
            } catch let failure as OperationFailure {
                step = state.failed(failure, at: clock.now)
            } catch let refusal as TenantRefusal {
                step = state.failed(OperationFailure(code: .unavailable, message: "\(refusal)"), at: clock.now)
            } catch is Overtaken {
                return false
            }
        }
        guard step == .remove else {
            return try await subscriptions.store(state.progress, of: claim, nextAt: state.nextAt, at: clock.now)
        }
        guard try await subscriptions.remove(claim) else { return false }
        try await secrets.forget(of: record)
        return true
    }

    /// Another host looks after it now.
    private struct Overtaken: Error {}

    private func act(
        _ step: SubscriptionState.Step, _ state: inout SubscriptionState, _ claim: SubscriptionClaim,
        atMost patience: Int64
    ) async throws -> SubscriptionState.Step {
        let record = claim.record
        guard let reference = OperationReference(pinned: record.uses) else {
            throw OperationFailure(code: .config, message: "\(record.uses) is no trigger that this host understands.")
        }
        guard case .success(let trigger) = catalogue.operation(reference), let group = trigger.group else {
            throw OperationFailure(code: .config, message: "\(reference) is not installed on the host that looked.")
        }
        var input: JSONObject = ["config": record.input, "callback_url": .string(state.progress.url ?? "")]
        if step == .unsubscribe {
            guard try await subscriptions.note(state.progress, of: claim) else { throw Overtaken() }
            if let known = state.progress.subscription {
                input["id"] = known["id"]
                input["data"] = known["data"]
            }
            _ = try await call(group.unsubscribe, of: reference, record, input, atMost: patience)
            return state.unsubscribed()
        }
        let secret = try await secret(of: record, for: reference)
        input["secret"] = .string(secret.reveal())
        guard try await subscriptions.note(state.progress, of: claim) else { throw Overtaken() }
        let made: JSON
        do {
            made = try await call(group.subscribe, of: reference, record, input, atMost: patience)
        } catch var failure as OperationFailure {
            // Kept and shown.
            failure.message = failure.message.replacing(secret.reveal(), with: "‹secret›")
            throw failure
        }
        guard made["id"]?.string != nil else {
            throw OperationFailure(code: .upstream, message: "\(reference) told no id of the subscription.")
        }
        state.subscribed(made, at: clock.now)
        return .none
    }

    private func secret(of record: SubscriptionRecord, for reference: OperationReference) async throws -> Secret {
        do {
            return try await secrets.secret(
                of: record, for: .subscription(reference, record.id, node: record.node))
        } catch let refusal as TenantRefusal {
            throw refusal
        } catch {
            throw OperationFailure(
                code: .unavailable, message: "The secret of the subscription cannot be kept: \(error)", effect: .none)
        }
    }

    private func call(
        _ operation: String, of reference: OperationReference, _ record: SubscriptionRecord, _ input: JSONObject,
        atMost patience: Int64
    ) async throws -> JSON {
        var reference = reference
        reference.operation = operation
        guard case .success(let declaration) = catalogue.operation(reference) else {
            throw OperationFailure(code: .config, message: "\(reference) is not there.")
        }
        let now = clock.now
        return try await invoker.invoke(
            OperationCall(
                tenant: record.tenant, run: RunID(high: record.id.high, low: record.id.low), node: record.node,
                attempt: 1, reference: reference, input: .object(input),
                credential: declaration.credential == nil ? nil : record.credential,
                idempotencyKey: "subscription:\(record.id)", deadline: now + min(declaration.timeout, patience),
                subscription: record.id)
        ).output
    }
}
