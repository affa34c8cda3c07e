package import PatchbayCore
import PatchbayJSON

/// What a run that is made again takes over from the journal of the run before it.
package enum Fork {
    /// Where the new run begins to do things itself.
    package enum Point: Sendable, Equatable {
        case start
        /// At all that failed, was broken off or was never reached.
        case failed
        /// At a step that was reached, and all that follows from it. With an empty path, at every place of the node.
        case step(node: String, path: String)
    }

    /// Entries to stand behind the new run's own `run_started`, numbered from 2; `plan` is that of the version it has.
    ///
    /// A step is taken over when it is settled without having failed its run, when all that leads to it is taken over too,
    /// and when it was not undone. A container that is not taken over as a whole goes on where it was: with the same
    /// elements, and with what is settled in its bodies. What is taken over may be undone later, if the new run fails.
    /// Nodes are known by their ids, so that a newer version takes over what it still has.
    package static func entries(
        of journal: [JournalEntry], on plan: Plan, from point: Point, at now: Timestamp
    ) throws(ForkError) -> [JournalEntry] {
        var selection = ForkSelection(of: journal, on: plan, at: now)
        switch point {
        case .start: return []
        case .failed: break
        case .step(let node, let path): try selection.aim(at: node, path)
        }
        guard !selection.selectAll() else { throw .nothingFailed }
        return selection.entries
    }
}

/// Why a run cannot be made again from a place.
package enum ForkError: Error, Equatable {
    /// Every step of the run is settled, and none has failed.
    case nothingFailed
    /// The version has no such node, or the run never reached it at this path.
    case unknownStep(node: String, path: String)
}
