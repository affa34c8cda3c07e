import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import Testing

struct SubscriptionStateTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    private func state(
        _ goal: SubscriptionRecord.Goal, _ stage: SubscriptionProgress.Stage, failures: Int = 0
    ) -> SubscriptionState {
        SubscriptionState(
            SubscriptionRecord(
                id: WebhookID(high: 1, low: 1), tenant: .initial, workflow: WorkflowID(high: 1, low: 2), node: "n",
                endpoint: "wh_1", uses: "octo@1.0.0/opened", credential: nil, input: [:], secret: "s", goal: goal,
                progress: SubscriptionProgress(
                    stage: stage, url: stage == .absent ? nil : "u",
                    subscription: stage == .subscribed ? ["id": "7"] : nil, failures: failures), nextAt: now,
                createdAt: now, updatedAt: now))
    }

    @Test(arguments: [
        (SubscriptionRecord.Goal.subscribed, [SubscriptionState.Step.subscribe, .subscribe, .none, .subscribe]),
        (.paused, [.none, .unsubscribe, .unsubscribe, .unsubscribe]),
        (.ended, [.remove, .unsubscribe, .unsubscribe, .unsubscribe]),
    ])
    func `what comes next follows from what is wanted and what may be there`(
        goal: SubscriptionRecord.Goal, steps: [SubscriptionState.Step]
    ) {
        for (stage, wanted) in zip(SubscriptionProgress.Stage.allCases, steps) {
            var state = state(goal, stage)
            let step = state.begin(url: "u", isAwaited: false, isSuspended: false, at: now)
            #expect(step == wanted, "\(goal) \(stage)")
            if step == .none { #expect(state.nextAt == nil) }
            if step == .subscribe { #expect(state.progress.stage == .subscribing) }
            if step == .unsubscribe {
                #expect(state.progress.stage == .unsubscribing)
                #expect(state.progress.subscription == (stage == .subscribed ? ["id": "7"] : nil))
            }
        }
    }

    @Test func `one that is replaced ends after the new one stands, others at once`() {
        var ended = state(.ended, .subscribed)
        #expect(ended.begin(url: "u", isAwaited: true, isSuspended: true, at: now) == .none)
        #expect(ended.nextAt == now + 1_000 && ended.progress.stage == .subscribed)
        var paused = state(.paused, .subscribed)
        #expect(paused.begin(url: "u", isAwaited: true, isSuspended: true, at: now) == .unsubscribe)
    }

    @Test func `the address stays what the vendor was told`() {
        var state = state(.subscribed, .unsubscribing)
        #expect(state.begin(url: "another", isAwaited: false, isSuspended: false, at: now) == .subscribe)
        #expect(state.progress.url == "u")
    }

    @Test func `failures are waited after longer and longer, and an end is not tried for ever`() {
        let failure = OperationFailure(code: .unavailable, message: "Down.")
        var wanted = state(.subscribed, .subscribing)
        var waits: [Int64] = []
        for _ in 0..<100 {
            #expect(wanted.failed(failure, at: now) == .none)
            waits.append((wanted.nextAt ?? now) - now)
        }
        #expect(waits.prefix(3) == [5_000, 10_000, 20_000])
        #expect(waits.max() == 3_600_000 && zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
        var patient = state(.subscribed, .subscribing)
        let asked = OperationFailure(code: .rateLimited, message: "Wait.", retryAfter: 7_200_000)
        _ = patient.failed(asked, at: now)
        #expect(patient.nextAt == now + 7_200_000)
        var ending = state(.ended, .unsubscribing, failures: 58)
        #expect(ending.failed(failure, at: now) == .none)
        #expect(ending.failed(failure, at: now) == .remove)
    }
}
