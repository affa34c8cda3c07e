import PatchbayCore
import PatchbayJSON
import Testing

@Suite("Alerts: when people are told, and when not")
struct AlertStateTests {
    private static let start = Timestamp(milliseconds: 1_768_212_300_000)
    private static let quiet: Int64 = 600_000
    private static let condition = AlertCondition.failures(count: 3, window: 600_000)

    private func look(
        _ state: inout AlertState, _ holds: Bool, after seconds: Int64, of condition: AlertCondition = condition,
        upTo last: Int64 = 0
    ) -> AlertChange? {
        state.apply(
            AlertMeasure(holds: holds, value: holds ? 5 : 0, lastFailure: last), of: condition, quiet: Self.quiet,
            at: Self.start + seconds * 1_000)
    }

    @Test func `it is told once that it fires, and once that it is over`() {
        var state = AlertState()
        #expect(look(&state, false, after: 0) == nil)
        let fired = look(&state, true, after: 5)
        #expect(fired == AlertChange(.fired, since: Self.start + 5_000, isTold: true))
        #expect(look(&state, true, after: 10) == nil)
        #expect(look(&state, true, after: 10_000) == nil)
        #expect(
            look(&state, false, after: 10_005) == AlertChange(.resolved, since: Self.start + 5_000, isTold: true))
        #expect(look(&state, false, after: 10_010) == nil)
        #expect(!state.isFiring)
    }

    @Test func `what comes again in the quiet period is told of at its end, if it is still there`() {
        var state = AlertState()
        _ = look(&state, true, after: 0)
        #expect(look(&state, false, after: 10)?.isTold == true)
        #expect(look(&state, true, after: 20)?.isTold == false)
        #expect(look(&state, true, after: 599) == nil)
        #expect(
            look(&state, true, after: 600) == AlertChange(.continued, since: Self.start + 20_000, isTold: true))
        #expect(look(&state, false, after: 700)?.isTold == true)
    }

    @Test func `what comes and goes within the quiet period is told of with the next message`() {
        var state = AlertState()
        _ = look(&state, true, after: 0)
        _ = look(&state, false, after: 5)
        for turn in 1...4 as ClosedRange<Int64> {
            #expect(look(&state, true, after: turn * 20)?.isTold == false)
            #expect(look(&state, false, after: turn * 20 + 10)?.isTold == false)
        }
        let fired = look(&state, true, after: 700)
        #expect(fired?.isTold == true)
        #expect(fired?.unheard == 4)
        #expect(state.unheard == 0)
    }

    @Test func `failures that are told one by one are told together after the quiet period`() {
        var state = AlertState()
        #expect(look(&state, false, after: 0, of: .eachFailure, upTo: 7) == nil)
        #expect(state.seen == 7)
        #expect(look(&state, true, after: 5, of: .eachFailure, upTo: 8)?.isTold == true)
        #expect(state.seen == 8)
        #expect(look(&state, true, after: 10, of: .eachFailure, upTo: 9) == nil)
        // Those are counted again the next time.
        #expect(state.seen == 8)
        #expect(look(&state, true, after: 605, of: .eachFailure, upTo: 12)?.kind == .fired)
        #expect(state.seen == 12)
        #expect(look(&state, false, after: 610, of: .eachFailure, upTo: 12) == nil)
        #expect(!state.isFiring)
    }

    @Test func `it is stored and read as it is`() {
        var state = AlertState()
        #expect(AlertState(state.json) == state)
        _ = look(&state, true, after: 0)
        #expect(AlertState(state.json) == state)
        _ = look(&state, false, after: 1)
        _ = look(&state, true, after: 2)
        #expect(AlertState(state.json) == state)
        #expect(AlertState(.null) == AlertState())
    }

    /// Whatever is measured whenever: what people are told makes sense by itself.
    @Test(arguments: 0..<200) func `people hear that it fires and that it is over in turn, and seldom`(seed: UInt64) {
        var random = Random(state: seed)
        var state = AlertState()
        var (isTold, lastTold, isFiring, now) = (false, Timestamp?.none, false, Self.start)
        for _ in 0..<400 {
            now = now + Int64(random.next() % 120_000)
            let holds = random.next() % 3 == 0
            let measure = AlertMeasure(holds: holds, value: holds ? 9 : 0)
            let change = state.apply(measure, of: Self.condition, quiet: Self.quiet, at: now)
            // Stored and read in between, as hosts do.
            state = AlertState(state.json)
            #expect(state.isFiring == holds)
            switch change?.kind {
            case .fired, .continued:
                #expect(holds)
                #expect(change?.kind == .continued || !isFiring)
                if change?.isTold == true {
                    #expect(!isTold)
                    if let lastTold { #expect(now - lastTold >= Self.quiet) }
                    (isTold, lastTold) = (true, now)
                }
            case .resolved:
                #expect(!holds && isFiring)
                #expect(change?.isTold == isTold)
                isTold = false
            case .test: Issue.record("nobody asked for a sample")
            case nil:
                // Nothing is kept back once the quiet period is over.
                if holds, !isTold { #expect(lastTold.map { now - $0 < Self.quiet } ?? false) }
            }
            isFiring = holds
        }
    }

    /// SplitMix64.
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }
}
