import PatchbayCore
import Testing

@testable import PatchbayEngine

@Suite("Circuit breakers") struct CircuitBreakerTests {
    private let start = Timestamp(milliseconds: 1_760_000_000_000)

    private func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<breaker.policy.leastCalls { breaker.ended(.failure, startedAt: start, at: start) }
        return breaker
    }

    @Test func `few failures, or few among many calls, leave it closed`() {
        var breaker = CircuitBreaker()
        for _ in 0..<9 { breaker.ended(.failure, startedAt: start, at: start) }
        #expect(breaker.phase == .closed)
        breaker = CircuitBreaker()
        for index in 0..<1_000 { breaker.ended(index % 3 == 0 ? .failure : .success, startedAt: start, at: start) }
        #expect(breaker.phase == .closed)
    }

    @Test func `what happened long ago does not count`() {
        var breaker = CircuitBreaker()
        for _ in 0..<9 { breaker.ended(.failure, startedAt: start, at: start) }
        breaker.ended(.failure, startedAt: start, at: start + breaker.policy.window)
        #expect(breaker.phase == .closed)
        #expect(breaker.recent(at: start + breaker.policy.window).calls == 1)
    }

    @Test func `open it refuses until its moment, then tries one call at a time`() {
        var breaker = opened()
        let moment = start + breaker.policy.firstPause
        #expect(breaker.ask(at: start) == .refused(until: moment))
        #expect(breaker.ask(at: moment) == .pass)
        #expect(breaker.ask(at: moment) != .pass)
        breaker.ended(.success, startedAt: moment, at: moment + 1)
        #expect(breaker.ask(at: moment + 2) == .pass)
        breaker.ended(.success, startedAt: moment + 2, at: moment + 3)
        #expect(breaker.phase == .closed)
        #expect(breaker.openings == 0)
    }

    @Test func `a trial that fails opens it for twice as long, up to a limit`() {
        var breaker = opened()
        var now = start
        var pause = breaker.policy.firstPause
        for _ in 0..<30 {
            guard case .open(let until) = breaker.phase else { break }
            #expect(until - now == pause)
            now = until
            #expect(breaker.ask(at: now) == .pass)
            breaker.ended(.failure, startedAt: now, at: now)
            pause = min(pause * 2, breaker.policy.longestPause)
        }
        #expect(pause == breaker.policy.longestPause)
    }

    @Test func `calls from before it opened say nothing to a trial`() {
        var breaker = opened()
        let moment = start + breaker.policy.firstPause
        _ = breaker.ask(at: moment)
        breaker.ended(.failure, startedAt: start, at: moment)
        breaker.ended(.success, startedAt: start, at: moment)
        #expect(breaker.phase == .halfOpen(successes: 0, probe: moment))
    }

    @Test func `a trial that says nothing makes room for another`() {
        var breaker = opened()
        let moment = start + breaker.policy.firstPause
        _ = breaker.ask(at: moment)
        breaker.ended(.nothing, startedAt: moment, at: moment + 1)
        #expect(breaker.ask(at: moment + 1) == .pass)
        // One that never ends does too, after a while.
        #expect(breaker.ask(at: moment + 1 + breaker.policy.probePatience) == .pass)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `whatever happens, it lets nothing pass before its moment and one trial at a time`(seed: UInt64) {
        var random = Seeded(seed: seed)
        var breaker = CircuitBreaker()
        var now = start
        var trial: Timestamp?
        for _ in 0..<2_000 {
            now = now + Int64.random(in: 0...3_000, using: &random)
            let before = breaker.phase
            let verdict = breaker.ask(at: now)
            switch before {
            case .closed: #expect(verdict == .pass)
            case .open(let until): #expect((verdict == .pass) == (until <= now))
            case .halfOpen(_, let probe):
                let isFree = probe.map { now - $0 >= breaker.policy.probePatience } ?? true
                #expect((verdict == .pass) == isFree)
            }
            if case .refused(let until) = verdict { #expect(until > now) }
            if verdict == .pass { trial = now }
            if let began = trial, Bool.random(using: &random) {
                let outcomes: [CircuitBreaker.Outcome] = [.success, .failure, .failure, .nothing]
                breaker.ended(outcomes.randomElement(using: &random)!, startedAt: began, at: now)
                trial = nil
            }
            let (calls, failures) = breaker.recent(at: now)
            #expect(failures <= calls)
        }
    }

    private struct Seeded: RandomNumberGenerator {
        var seed: UInt64

        /// SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
        mutating func next() -> UInt64 {
            seed &+= 0x9E37_79B9_7F4A_7C15
            var z = seed
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
