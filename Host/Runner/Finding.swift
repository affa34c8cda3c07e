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
