import PatchbayFrames

/// What a probe found.
enum Finding {
    case inOrder(Declaration)
    /// `why` is a sentence, the library's own where it gave one.
    case refused(Stage, why: String)

    /// What the library says of itself.
    struct Declaration {
        var id: String
        var version: String
        var leastMinor: UInt32
        /// JSON, as the library gave it.
        var manifest: String
    }

    /// How far it came.
    enum Stage: String {
        case open, symbol, entry, module, start, drain
    }
}

extension Finding.Stage {
    /// Where the opening of a library ended.
    init(_ stage: RunnerStage) {
        switch stage {
        case .open: self = .open
        case .symbol: self = .symbol
        case .entry: self = .entry
        case .terms, .confinement, .module: self = .module
        case .start: self = .start
        }
    }
}
