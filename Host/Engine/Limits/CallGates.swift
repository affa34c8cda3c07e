package import PatchbayCore
import Synchronization

/// The gates of this process: for each connector version and credential, whether calls may be made now.
package final class CallGates: Sendable {
    /// More gates than this, and those that stand open are forgotten.
    private static let most = 10_000
    /// The longest time anybody may ask to be left alone, in milliseconds.
    private static let longestWait: Int64 = 3_600_000

    fileprivate struct Gate {
        var breaker: CircuitBreaker
        /// Until then the service wants no call.
        var heldUntil: Timestamp?
        /// The same, as another worker found it.
        var heardUntil: Timestamp?
        var told: GateRecord.State = .closed
        var toldUntil: Timestamp?
        var since: Timestamp
    }

    package enum Verdict: Sendable, Equatable {
        case pass
        case broken(until: Timestamp)
        case rateLimited(until: Timestamp)
    }

    private let policy: CircuitBreaker.Policy
    private let gates = Mutex<[GateKey: Gate]>([:])

    package init(policy: CircuitBreaker.Policy = CircuitBreaker.Policy()) { self.policy = policy }

    package func ask(_ key: GateKey, at now: Timestamp) -> Verdict {
        gates.withLock { gates in
            // Most gates are open and have nothing to remember.
            guard var gate = gates[key] else { return .pass }
            if let held = [gate.heldUntil, gate.heardUntil].compactMap(\.self).max(), held > now {
                return .rateLimited(until: held)
            }
            let verdict = gate.breaker.ask(at: now)
            gates[key] = gate
            if case .refused(let moment) = verdict { return .broken(until: moment) }
            return .pass
        }
    }

    package func succeeded(_ key: GateKey, startedAt start: Timestamp, at now: Timestamp) {
        // A service that has never failed needs no count.
        change(key, at: now, creating: false) { $0.breaker.ended(.success, startedAt: start, at: now) }
    }

    package func failed(_ key: GateKey, _ failure: OperationFailure, startedAt start: Timestamp, at now: Timestamp) {
        let outcome = CircuitBreaker.Outcome(failure)
        let isHold = failure.code == .rateLimited && (failure.retryAfter ?? 0) > 0
        change(key, at: now, creating: isHold || outcome == .failure) { gate in
            gate.breaker.ended(outcome, startedAt: start, at: now)
            if isHold, let wait = failure.retryAfter {
                gate.heldUntil = max(gate.heldUntil ?? now, now + min(wait, Self.longestWait))
            }
        }
    }

    /// The call never came to an end that says anything.
    package func abandoned(_ key: GateKey, startedAt start: Timestamp, at now: Timestamp) {
        change(key, at: now, creating: false) { $0.breaker.ended(.nothing, startedAt: start, at: now) }
    }

    /// Another worker found the gate shut.
    package func heard(_ record: GateRecord, at now: Timestamp) {
        guard let until = record.until, until > now else { return }
        change(record.key, at: now, creating: true) { gate in
            gate.heardUntil = max(gate.heardUntil ?? now, min(until, now + Self.longestWait))
        }
    }

    /// What has changed since the last time this was asked.
    package func news(at now: Timestamp) -> [GateRecord] {
        gates.withLock { gates in
            var news: [GateRecord] = []
            for (key, var gate) in gates {
                let (state, until) = gate.standing(at: now)
                guard state != gate.told || until != gate.toldUntil else { continue }
                if state != gate.told { gate.since = now }
                (gate.told, gate.toldUntil) = (state, until)
                gates[key] = gate
                let (calls, failures) = gate.breaker.recent(at: now)
                news.append(
                    GateRecord(
                        key: key, state: state, until: until, calls: calls, failures: failures, since: gate.since))
            }
            return news
        }
    }

    private func change(
        _ key: GateKey, at now: Timestamp, creating: Bool, _ body: (inout Gate) -> Void
    ) {
        gates.withLock { gates in
            guard var gate = gates[key] ?? (creating ? Gate(breaker: CircuitBreaker(policy), since: now) : nil) else {
                return
            }
            body(&gate)
            if gates.count >= Self.most, gates[key] == nil {
                gates = gates.filter { $0.value.standing(at: now).state != .closed }
            }
            gates[key] = gate
        }
    }
}

extension CallGates.Gate {
    fileprivate func standing(at now: Timestamp) -> (state: GateRecord.State, until: Timestamp?) {
        switch breaker.phase {
        case .open(let until): (.open, until)
        case .halfOpen: (.halfOpen, nil)
        case .closed:
            if let heldUntil, heldUntil > now { (.rateLimited, heldUntil) } else { (.closed, nil) }
        }
    }
}
