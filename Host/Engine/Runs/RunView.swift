package import PatchbayCore
package import PatchbayJSON

/// A run as people see it: a projection of its entries.
package struct RunView: Sendable, Equatable {
    /// The body of what started the run.
    package private(set) var input = JSON.null
    package private(set) var output = JSON.null
    /// {code, message, node} of a failed run.
    package private(set) var error = JSON.null
    /// In the order they began; skipped ones where that was decided.
    package private(set) var steps: [StepView] = []

    package init(_ entries: [JournalEntry]) {
        var places: [StepKey: Int] = [:]
        var began: [Timestamp] = []
        for entry in entries {
            switch entry.kind {
            case .runStarted: input = entry.data["trigger"]?["body"] ?? .null
            case .cancelRequested, .eventReceived, .runStopping, .runResponded, .stepStopping, .childStarted,
                .compensationStarted, .compensationCompleted, .compensationFailed:
                break
            case .runCompleted: output = entry.data["output"] ?? .null
            case .runFailed:
                error = entry.data["error"] ?? .null
                cutShort(at: entry.at)
            case .runCancelled: cutShort(at: entry.at)
            case .stepStarted, .stepWaiting, .stepCompleted, .stepFailed, .stepSkipped, .stepCancelled:
                let key = StepKey(node: entry.node, path: entry.path)
                let place = places[key] ?? steps.count
                if place == steps.count {
                    places[key] = place
                    steps.append(StepView(node: entry.node, path: entry.path, status: .running, attempts: 0))
                }
                steps[place].show(entry, runInput: input)
                if place == began.count { began.append(steps[place].startedAt ?? entry.at) }
            }
        }
        // The only entry of a step that just reads stands where it ended.
        let order = steps.indices.sorted { (began[$0], $0) < (began[$1], $1) }
        steps = order.map { steps[$0] }
    }

    private mutating func cutShort(at moment: Timestamp) {
        for index in steps.indices { steps[index].cutShort(at: moment) }
    }
}
