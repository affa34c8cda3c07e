package import PatchbayCore

/// The life of one connector version in this host: a pure machine that takes what happened and says what to do.
///
///     found → checking → (probing →) opening → active → draining → retired
///                 └───────────┴─────────┴──→ refused
package struct ModuleState: Equatable, Sendable {
    package enum Phase: Equatable, Sendable {
        /// Its manifest is in order.
        case found
        /// Its library's bytes are looked at.
        case checking
        /// It is tried out in a child.
        case probing
        /// It is opened and started in this process.
        case opening
        /// It takes calls.
        case active
        /// It cannot be used, until its folder changes.
        case refused(ConnectorRefusal)
        /// It takes no further calls; those that run go on.
        case draining
        /// It was stopped, or never opened; its image, if any, stays mapped.
        case retired
    }

    package enum Event: Equatable, Sendable {
        /// Somebody wants to call it.
        case needed
        case checked(isProbed: Bool)
        case probed
        case opened
        case failed(ConnectorRefusal)
        /// Its folder is gone or holds something else, or the host stops.
        case unwanted
        /// Its calls have ended.
        case drained
    }

    package enum Command: Equatable, Sendable {
        case check, probe, open, drain, stop
        /// Tell everyone who waits for it how that went.
        case answer
    }

    package private(set) var phase: Phase
    /// Nobody wants it any more, but something is under way that must come to its end first.
    package private(set) var isUnwanted = false

    package init(_ phase: Phase = .found) { self.phase = phase }

    /// What follows from an event. One that does not fit the phase came late, and changes nothing.
    package mutating func apply(_ event: Event) -> [Command] {
        switch (phase, event) {
        case (.found, .needed):
            phase = .checking
            return [.check]
        case (.checking, .checked(let isProbed)):
            if isUnwanted { return retire() }
            phase = isProbed ? .opening : .probing
            return [isProbed ? .open : .probe]
        case (.probing, .probed):
            if isUnwanted { return retire() }
            phase = .opening
            return [.open]
        case (.opening, .opened):
            phase = isUnwanted ? .draining : .active
            return isUnwanted ? [.answer, .drain] : [.answer]
        case (.checking, .failed(let refusal)), (.probing, .failed(let refusal)), (.opening, .failed(let refusal)):
            phase = isUnwanted ? .retired : .refused(refusal)
            return [.answer]
        case (.checking, .unwanted), (.probing, .unwanted), (.opening, .unwanted):
            isUnwanted = true
            return []
        case (.active, .unwanted):
            phase = .draining
            return [.drain]
        case (.found, .unwanted), (.refused, .unwanted):
            return retire()
        case (.draining, .drained):
            phase = .retired
            return [.stop]
        default:
            return []
        }
    }

    private mutating func retire() -> [Command] {
        phase = .retired
        return [.answer]
    }
}
