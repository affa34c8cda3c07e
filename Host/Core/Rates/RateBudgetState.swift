/// What one host may still let through of a window's budget, which all hosts share. It takes portions from the shared budget
/// and decides by what it has in hand, so that most requests ask nobody, and never do all hosts together let more
/// through than the limit.
package struct RateBudgetState: Sendable, Equatable {
    package enum Answer: Sendable, Equatable {
        /// So many are left, as far as this host knows.
        case admitted(remaining: Int)
        /// Until the window ends.
        case refused
        /// First so many must be taken from the shared budget.
        case needs(portion: Int)
    }

    package let limit: Int
    private var inHand = 0
    /// What all hosts had taken when it was last asked.
    private var taken = 0

    package init(limit: Int) { self.limit = limit }

    /// One request.
    package mutating func take() -> Answer {
        if inHand > 0 {
            inHand -= 1
            return .admitted(remaining: inHand + max(limit - taken, 0))
        }
        return taken < limit ? .needs(portion: portion) : .refused
    }

    /// A twentieth, and less when little is left, so that what idle hosts keep from others stays small.
    private var portion: Int { max(1, min(limit / 20, (limit - taken) / 4)) }

    /// The shared budget was asked for a portion, and with it `total` have been taken by all hosts, or were wanted.
    package mutating func receive(_ portion: Int, total: Int) {
        inHand += max(0, min(portion, limit - (total - portion)))
        taken = max(taken, total)
    }

    /// The shared budget cannot be asked: this host goes on by what it knows, alone.
    package mutating func receiveNothing(for portion: Int) { receive(portion, total: taken + portion) }
}
