package import PatchbayJSON

/// Which workers a new run waits for, and among which runs.
package struct RunPlacement: Sendable, Equatable {
    /// Runs of one workflow of which only so many may be under way.
    package struct Group: Sendable, Equatable {
        /// The longest key that is kept as it is, in bytes.
        package static let longestKey = 200

        package var key: String
        package var limit: Int
        package var conflict: ConcurrencyRule.Conflict

        package init(key: String, limit: Int, conflict: ConcurrencyRule.Conflict) {
            self.key = key
            self.limit = limit
            self.conflict = conflict
        }
    }

    /// Labels that a worker must have.
    package var labels: [String]
    package var group: Group?
    /// Whether a worker of the process that stores the run may take it on with that.
    package var mayBeginAtOnce: Bool
    /// Why no place can be told, {code, message}: the run is stored as failed with this.
    package var failure: JSON?

    package var isImmediate: Bool { mayBeginAtOnce && labels.isEmpty && group == nil && failure == nil }

    package init(
        labels: [String] = [], group: Group? = nil, mayBeginAtOnce: Bool = true, failure: JSON? = nil
    ) {
        self.mayBeginAtOnce = mayBeginAtOnce
        self.labels = labels
        self.group = group
        self.failure = failure
    }
}
