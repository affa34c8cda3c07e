import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

/// What follows from a poll's answer.
struct PollStateTests {
    private static let now = Timestamp(milliseconds: 1_760_000_000_000)

    private func spec(_ config: JSON = ["every": "1m"]) throws -> PollSpec {
        var reader = MemberReader(config.object ?? [:], at: "", subject: "the trigger")
        let spec = PollSpec(reading: &reader)
        return try #require(spec, "\(reader.problems.map(\.message))")
    }

    private func succeed(
        _ state: inout PollState, _ items: [Int64], cursor: Int64, _ spec: PollSpec
    ) -> [String] {
        state.succeed(items.map(JSON.int), cursor: .int(cursor), by: spec, at: Self.now, id: \.text).map(\.id)
    }

    @Test func `the first poll starts nothing unless it is asked to`() throws {
        var state = PollState(PollProgress(), at: Self.now)
        #expect(succeed(&state, [1, 2], cursor: 2, try spec()) == [])
        #expect(state.progress.cursor == 2)
        #expect(state.progress.seen == ["1", "2"])
        #expect(state.nextAt == Self.now + 60_000)
        #expect(succeed(&state, [2, 3], cursor: 3, try spec()) == ["3"])
        var all = PollState(PollProgress(), at: Self.now)
        #expect(succeed(&all, [1, 2], cursor: 2, try spec(["every": "1m", "start": "all"])) == ["1", "2"])
    }

    @Test func `a trigger that begins with the oldest is taken at its word, unless somebody says otherwise`() throws {
        let oldest: JSON = ["from": "oldest"]
        #expect(try spec(["every": "1m", "input": oldest]).start == .all)
        #expect(try spec(["every": "1m", "input": oldest, "start": "now"]).start == .now)
        #expect(try spec(["every": "1m", "input": ["from": "now"]]).start == .now)
    }

    @Test func `an item that is told again, in one answer or later, starts one run`() throws {
        var state = PollState(PollProgress(cursor: 0, polledAt: Self.now), at: Self.now)
        #expect(succeed(&state, [1, 2, 1], cursor: 1, try spec()) == ["1", "2"])
        #expect(succeed(&state, [2, 1, 3], cursor: 2, try spec()) == ["3"])
        #expect(state.progress.items == 3)
    }

    @Test func `more than a poll may start follows in the next ones, and nothing is lost`() throws {
        let spec = try spec(["every": "1m", "most": 2])
        var state = PollState(PollProgress(cursor: 0, polledAt: Self.now), at: Self.now)
        #expect(succeed(&state, [1, 2, 3, 4, 5], cursor: 5, spec) == ["1", "2"])
        #expect(state.progress.cursor == 0)
        #expect(state.nextAt == Self.now)
        #expect(succeed(&state, [1, 2, 3, 4, 5], cursor: 5, spec) == ["3", "4"])
        #expect(succeed(&state, [1, 2, 3, 4, 5], cursor: 5, spec) == ["5"])
        #expect(state.progress.cursor == 5)
        #expect(state.nextAt == Self.now + 60_000)
    }

    @Test func `what is remembered is bounded, and a longer answer is dealt with whole`() throws {
        let spec = try spec(["every": "1m", "most": 2])
        var state = PollState(PollProgress(cursor: 0, polledAt: Self.now), at: Self.now)
        let many = (0..<Int64(PollState.mostSeen + 10)).map { $0 }
        #expect(succeed(&state, many, cursor: 9, spec).count == many.count)
        #expect(state.progress.seen.count == PollState.mostSeen)
        #expect(state.progress.cursor == 9)
    }

    @Test func `items that are told again and again are not forgotten for others`() throws {
        var state = PollState(PollProgress(cursor: 0, polledAt: Self.now), at: Self.now)
        let spec = try spec()
        #expect(succeed(&state, [-1], cursor: 0, spec) == ["-1"])
        for round in 0..<4 as Range<Int64> {
            let others = (0..<600).map { round * 600 + $0 }
            _ = succeed(&state, [-1] + others, cursor: round, spec)
        }
        #expect(succeed(&state, [-1], cursor: 9, spec) == [])
    }

    @Test func `failures are waited after longer and longer, up to an hour, and the cursor stays`() throws {
        var state = PollState(PollProgress(cursor: 4, polledAt: Self.now), at: Self.now)
        let failure = OperationFailure(code: .unavailable, message: "It is down.")
        var waits: [Int64] = []
        for _ in 0..<9 {
            state.fail(failure, by: try spec(), at: Self.now)
            waits.append((state.nextAt - Self.now) / 60_000)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        #expect(state.progress.cursor == 4)
        #expect(state.progress.error?["code"] == "unavailable")
        _ = succeed(&state, [], cursor: 4, try spec())
        #expect(state.progress.failures == 0)
        #expect(state.progress.error == nil)
    }

    @Test func `somebody who says when to come back is heeded, and a long interval is not shortened`() throws {
        var state = PollState(PollProgress(), at: Self.now)
        state.fail(
            OperationFailure(code: .rateLimited, message: "Later.", retryAfter: 7_200_000), by: try spec(), at: Self.now
        )
        #expect(state.nextAt == Self.now + 7_200_000)
        var rare = PollState(PollProgress(), at: Self.now)
        rare.fail(OperationFailure(code: .timeout, message: "Slow."), by: try spec(["every": "6h"]), at: Self.now)
        #expect(rare.nextAt == Self.now + 6 * 3_600_000)
        rare.postpone(5)
        #expect(rare.nextAt == Self.now + 6 * 3_600_000 + 5)
        // A first poll that failed was none.
        #expect(rare.progress.polledAt == nil)
    }
}
