import PatchbayCore
import PatchbayJSON
import Synchronization

@testable import PatchbayEngine

/// Subscriptions in memory, as the database keeps them.
final class MemorySubscriptions: DueSubscriptions, SubscriptionSecrets {
    private struct State {
        var records: [WebhookID: SubscriptionRecord] = [:]
        var claims: [WebhookID: RequestID] = [:]
        var secrets: [String: Secret] = [:]
        var isSuspended = false
        /// What is stored is lost, as with a host that dies.
        var isDying = false
    }

    private let state = Mutex(State())

    var isDying: Bool {
        get { state.withLock { $0.isDying } }
        set { state.withLock { $0.isDying = newValue } }
    }
    var isSuspended: Bool {
        get { state.withLock { $0.isSuspended } }
        set { state.withLock { $0.isSuspended = newValue } }
    }
    var all: [SubscriptionRecord] { state.withLock { $0.records.values.sorted { $0.id < $1.id } } }
    var secrets: [String] { state.withLock { $0.secrets.keys.sorted() } }

    /// As saving a workflow does: one for the input, the others end.
    func want(_ input: JSON?, at now: Timestamp) {
        state.withLock { state in
            for id in state.records.keys where state.records[id]!.goal != .ended && state.records[id]!.input != input {
                Self.aim(id, .ended, &state, at: now)
            }
            guard let input, !state.records.values.contains(where: { $0.goal != .ended }) else { return }
            let id = WebhookID.new(at: now)
            state.records[id] = SubscriptionRecord(
                id: id, tenant: .initial, workflow: RunRecord.fixture().workflow, node: "hook",
                endpoint: WebhookRecord.newEndpoint(), uses: "octo@1.0.0/opened", credential: "token", input: input,
                secret: SubscriptionRecord.secretName(of: id), goal: .subscribed, nextAt: now, createdAt: now,
                updatedAt: now)
        }
    }

    /// As pausing and resuming a workflow do.
    func pause(_ isPaused: Bool, at now: Timestamp) {
        state.withLock { state in
            for (id, record) in state.records where record.goal == (isPaused ? .subscribed : .paused) {
                Self.aim(id, isPaused ? .paused : .subscribed, &state, at: now)
            }
        }
    }

    private static func aim(
        _ id: WebhookID, _ goal: SubscriptionRecord.Goal, _ state: inout State, at now: Timestamp
    ) {
        state.records[id]!.goal = goal
        state.records[id]!.progress.failures = 0
        if state.claims[id] == nil { state.records[id]!.nextAt = now }
    }

    // MARK: DueSubscriptions

    func nextDue() async throws -> Timestamp? { all.compactMap(\.nextAt).min() }

    func claim(at moment: Timestamp, limit: Int, until lease: Timestamp) async throws -> [SubscriptionClaim] {
        state.withLock { state in
            let due = state.records.values.filter { $0.nextAt.map { $0 <= moment } ?? false }.sorted { $0.id < $1.id }
            return due.prefix(limit).map { record in
                let claim = RequestID.new(at: moment)
                state.claims[record.id] = claim
                state.records[record.id]!.nextAt = lease
                let isAwaited = state.records.values.contains {
                    $0.goal == .subscribed && $0.progress.stage != .subscribed && $0.progress.failures == 0
                }
                return SubscriptionClaim(
                    record: state.records[record.id]!, claim: claim, isAwaited: isAwaited,
                    isSuspended: state.isSuspended)
            }
        }
    }

    func note(_ progress: SubscriptionProgress, of claim: SubscriptionClaim) async throws -> Bool {
        change(claim) { state in
            state.records[claim.record.id]!.progress.stage = progress.stage
            state.records[claim.record.id]!.progress.url = progress.url
            if progress.stage == .subscribing { state.records[claim.record.id]!.progress.subscription = nil }
        }
    }

    func store(
        _ progress: SubscriptionProgress, of claim: SubscriptionClaim, nextAt: Timestamp?, at moment: Timestamp
    ) async throws -> Bool {
        if isDying { throw Death() }
        return change(claim) { state in
            state.records[claim.record.id]!.progress = progress
            let isSame = state.records[claim.record.id]!.goal == claim.record.goal
            state.records[claim.record.id]!.nextAt = isSame ? nextAt : moment
            state.claims[claim.record.id] = nil
        }
    }

    func remove(_ claim: SubscriptionClaim) async throws -> Bool {
        if isDying { throw Death() }
        return change(claim) { state in
            state.records[claim.record.id] = nil
            state.claims[claim.record.id] = nil
        }
    }

    func end(of tenant: TenantID, at moment: Timestamp, before: Timestamp) async throws -> Int {
        want(nil, at: moment)
        return all.count
    }

    private func change(_ claim: SubscriptionClaim, _ body: (inout State) -> Void) -> Bool {
        state.withLock { state in
            guard state.claims[claim.record.id] == claim.claim else { return false }
            body(&state)
            return true
        }
    }

    private struct Death: Error {}

    // MARK: SubscriptionSecrets

    func secret(of record: SubscriptionRecord, for purpose: CredentialPurpose) async throws -> Secret {
        state.withLock { state in
            let secret = state.secrets[record.secret] ?? Secret("secret of \(record.secret)")
            state.secrets[record.secret] = secret
            return secret
        }
    }

    func forget(of record: SubscriptionRecord) async throws { state.withLock { $0.secrets[record.secret] = nil } }
}
