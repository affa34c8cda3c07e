package import PatchbayJSON

/// How a run that has ended is to be repeated.
package struct RepeatOrder: Sendable, Equatable {
    package enum Version: Sendable, Equatable {
        /// That of the run.
        case same
        /// That which the workflow has now.
        case newest
        case number(Int)
    }

    /// Nil: where it failed or was broken off; one that completed, from the start.
    package var from: Fork.Point?
    package var version: Version
    /// Takes the place of the run's input; nil: the same.
    package var input: JSON?
    /// Whether a run that is repeated already is refused.
    package var isOnce: Bool

    package init(
        from: Fork.Point? = nil, version: Version = .same, input: JSON? = nil, isOnce: Bool = false
    ) {
        self.from = from
        self.version = version
        self.input = input
        self.isOnce = isOnce
    }
}

/// Why a run is not repeated.
package enum RepeatRefusal: Error, Equatable {
    case notEnded
    /// Its journal is no longer kept.
    case expired
    case workflowDeleted
    case workflowPaused
    case unknownVersion(Int)
    /// The version cannot be carried out as things are, for instance because a connector is missing.
    case unusableVersion(Int, problems: [String])
    case nothingFailed
    case unknownStep(node: String, path: String)
    case alreadyRetried
}
