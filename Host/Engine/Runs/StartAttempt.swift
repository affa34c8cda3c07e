package import PatchbayCore

/// A start that lacks nothing but to be stored. It is stored or dropped, once.
package struct StartAttempt: Sendable {
    private let run: NewRun
    private let offer: RunOffer?
    private let runs: any RunStore
    private let signals: RunSignals

    init(_ new: NewRun, offer: RunOffer?, runs: any RunStore, signals: RunSignals) {
        var run = new
        run.lease = offer?.lease
        self.run = run
        self.offer = offer
        self.runs = runs
        self.signals = signals
    }

    package func drop() { offer?.withdraw(true) }

    /// Stores the run, then wakes the worker. `then` is called once, from any thread, and has to return soon: with
    /// `WorkflowMoved` where nothing was stored since the workflow is another by now; after other errors nobody knows.
    package func store(then: @escaping @Sendable (Result<RunRecord, any Error>) -> Void) {
        runs.accept(run) { result in
            switch result {
            case .success(let stored): settle(stored)
            case .failure: offer?.withdraw(false)
            }
            then(result)
        }
    }

    private func settle(_ stored: RunRecord) {
        let isNew = stored.isNew(as: run.record)
        if let offer {
            if isNew, stored.status == .running {
                offer.take(stored)
                signals.changes.ring()
            } else {
                offer.withdraw(true)
            }
        }
        guard isNew, stored.status == .queued else { return }
        if run.placement.labels.isEmpty { signals.wake() } else { signals.wakeAll() }
    }
}
