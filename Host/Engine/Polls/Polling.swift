package import PatchbayCore
import PatchbayJSON

/// Makes polls: calls the connector, and starts the runs of new items.
package struct Polling: Sendable {
    private let catalogue: any ConnectorCatalogue
    private let invoker: any OperationInvoker
    private let starter: RunStarter
    private let clock: any TimeSource
    /// A digest in hexadecimal, which tells texts apart also when somebody tries to make two alike.
    private let digest: @Sendable ([UInt8]) -> String
    /// Whether hosts that have this connector version are to make the call.
    private let isForOthers: @Sendable (ConnectorPin) async -> Bool

    /// Ids that are kept as they are, in bytes.
    private static let longestID = 64

    package init(
        catalogue: any ConnectorCatalogue, invoker: any OperationInvoker, starter: RunStarter, clock: any TimeSource,
        digest: @escaping @Sendable ([UInt8]) -> String,
        isForOthers: @escaping @Sendable (ConnectorPin) async -> Bool = { _ in false }
    ) {
        self.catalogue = catalogue
        self.invoker = invoker
        self.starter = starter
        self.clock = clock
        self.digest = digest
        self.isForOthers = isForOthers
    }

    /// How the trigger stands afterwards; nil when it is gone. Throws when runs could not be stored.
    func poll(_ claim: PollClaim, atMost patience: Int64) async throws -> PollState? {
        let (record, now) = (claim.record, clock.now)
        guard let workflow = claim.workflow else { return nil }
        var reader = MemberReader(record.config.object ?? [:], at: "", subject: "the trigger")
        guard let spec = PollSpec(reading: &reader), let reference = OperationReference(pinned: record.uses)
        else {
            // Stored by another version of the host, which may be there.
            var state = PollState(record.progress, at: now)
            state.postpone(60_000)
            return state
        }
        var state = PollState(record.progress, at: now)
        guard !claim.isSuspended else {
            state.postpone(spec.interval)
            return state
        }
        let pin = ConnectorPin(connector: reference.connector, version: reference.version)
        if await isForOthers(pin) {
            state.postpone(1_000)
            return state
        }
        do {
            let (events, cursor) = try await ask(reference, of: record, spec, atMost: patience)
            let items = state.succeed(events, cursor: cursor, by: spec, at: clock.now) { id(of: $0, by: spec) }
            for item in items { try await start(item, of: record, workflow) }
        } catch let failure as OperationFailure {
            state = PollState(record.progress, at: now)
            state.fail(failure, by: spec, at: clock.now)
        } catch let refusal as TenantRefusal {
            state = PollState(record.progress, at: now)
            state.fail(OperationFailure(code: .unavailable, message: "\(refusal)"), by: spec, at: clock.now)
        }
        return state
    }

    private func ask(
        _ reference: OperationReference, of record: PollRecord, _ spec: PollSpec, atMost patience: Int64
    ) async throws -> (events: [JSON], cursor: JSON) {
        let declaration: OperationDeclaration
        switch catalogue.operation(reference) {
        case .success(let found): declaration = found
        case .failure:
            throw OperationFailure(code: .config, message: "\(reference) is not installed on the host that asked.")
        }
        var input = spec.input.object ?? [:]
        if let cursor = record.progress.cursor { input["cursor"] = cursor }
        let now = clock.now
        let result = try await invoker.invoke(
            OperationCall(
                tenant: record.tenant, run: RunID(high: record.id.high, low: record.id.low), node: record.node,
                attempt: 1, reference: reference, input: .object(input), credential: record.credential,
                idempotencyKey: "poll:\(record.id):\(now.milliseconds)",
                deadline: now + min(declaration.timeout, patience), poll: record.id))
        guard let events = result.output["events"]?.array, let cursor = result.output["cursor"] else {
            throw OperationFailure(code: .upstream, message: "\(reference) gave no \"events\" and \"cursor\".")
        }
        return (events, cursor)
    }

    private func id(of item: JSON, by spec: PollSpec) -> String {
        let value = spec.id.flatMap { item.value(at: $0) }
        let text = (value?.string ?? value?.text) ?? item.text
        return text.utf8.count <= Self.longestID && value != nil ? text : digest(Array(text.utf8))
    }

    private func start(_ item: PollState.Item, of record: PollRecord, _ workflow: WorkflowRecord) async throws {
        let trigger: JSON = [
            "kind": "poll", "node": .string(record.node), "body": item.value, "item_id": .string(item.id),
            "poll_id": .string(record.id.description),
        ]
        _ = try await starter.start(
            workflow, trigger: trigger, kind: "poll",
            deliveryKey: "poll:\(record.id):\(record.progress.generation):\(item.id)")
    }
}
