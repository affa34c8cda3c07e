import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayEngine

/// When schedules are due.
struct ScheduleTimesTests {
    private typealias Fixture = ScheduleFixture

    private func next(_ config: JSON, _ count: Int, after text: String) throws -> [String] {
        let spec = try Fixture.spec(config)
        return try Fixture.times(spec).next(count, after: try Fixture.moment(text)).map(\.description)
    }

    @Test func `an interval counts from its anchor, forwards and backwards`() throws {
        #expect(
            try next(["every": "90m"], 2, after: "2026-11-21T00:00:00Z")
                == ["2026-11-21T01:30:00.000Z", "2026-11-21T03:00:00.000Z"])
        let anchored: JSON = ["every": "1d", "from": "2026-12-01T10:05:00Z"]
        #expect(try next(anchored, 1, after: "2026-11-21T10:05:00Z") == ["2026-11-22T10:05:00.000Z"])
        #expect(try next(anchored, 1, after: "2026-11-21T10:04:59.999Z") == ["2026-11-21T10:05:00.000Z"])
        #expect(try next(anchored, 1, after: "2027-01-01T00:00:00Z") == ["2027-01-01T10:05:00.000Z"])
    }

    @Test func `times that are named come in their order, each once`() throws {
        let config: JSON = [
            "at": ["2026-11-22T00:00:00Z", "2026-11-21T12:00:00+02:00", "2026-11-21T10:00:00Z"]
        ]
        #expect(
            try next(config, 5, after: "2026-11-21T00:00:00Z")
                == ["2026-11-21T10:00:00.000Z", "2026-11-22T00:00:00.000Z"])
    }

    @Test func `clocks decide where they are put forward and back`() throws {
        let config: JSON = ["cron": "30 2 * * *", "zone": "Europe/Berlin"]
        #expect(
            try next(config, 2, after: "2026-03-28T12:00:00Z")
                == ["2026-03-30T00:30:00.000Z", "2026-03-31T00:30:00.000Z"])
        #expect(
            try next(config, 2, after: "2026-10-24T12:00:00Z")
                == ["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"])
        let own: JSON = ["cron": "CRON_TZ=Asia/Tokyo 0 9 * * *", "zone": "Europe/Berlin"]
        #expect(try next(own, 1, after: "2026-11-21T00:00:00Z") == ["2026-11-22T00:00:00.000Z"])
    }

    @Test func `jitter is the same each time, differs by schedule, and never reaches the next time`() throws {
        let spec = try Fixture.spec(["every": "10s", "jitter": "1h"])
        let first = try Fixture.times(spec, id: Fixture.id(1))
        let other = try Fixture.times(spec, id: Fixture.id(2))
        var delays: [Int64] = []
        var differing = 0
        for time in first.next(1_000, after: Timestamp(milliseconds: 1_760_000_000_000)) {
            let delay = first.moment(of: time) - time
            #expect((0..<10_000).contains(delay))
            #expect(first.moment(of: time) - time == delay)
            if other.moment(of: time) - time != delay { differing += 1 }
            delays.append(delay)
        }
        #expect(differing > 900)
        // About even: the mean of so many is within 3 % of the middle all but always.
        let mean = delays.reduce(0, +) / Int64(delays.count)
        #expect((4_500...5_500).contains(mean))
    }

    @Test(
        arguments: [
            ([:], "missing-member", "/nodes/0/config"),
            (["cron": "* * * * *", "every": "1m"], "missing-member", "/nodes/0/config"),
            (["cron": "61 * * * *"], "bad-cron", "/nodes/0/config/cron"),
            (["cron": "* * * * *", "zone": "Europe/Atlantis"], "unknown-zone", "/nodes/0/config/zone"),
            (["cron": "CRON_TZ=Nowhere * * * * *"], "unknown-zone", "/nodes/0/config/cron"),
            (["every": "1m", "zone": "UTC"], "unknown-member", "/nodes/0/config/zone"),
            (["every": "500ms"], "bad-value", "/nodes/0/config/every"),
            (["every": "1m", "from": "noon"], "bad-value", "/nodes/0/config/from"),
            (["cron": "* * * * *", "from": "2026-11-21T00:00:00Z"], "unknown-member", "/nodes/0/config/from"),
            (["at": "tomorrow"], "bad-value", "/nodes/0/config/at"), (["at": []], "bad-value", "/nodes/0/config/at"),
            (["at": ["2026-11-21T00:00:00Z", 3]], "bad-value", "/nodes/0/config/at"),
            (["every": "1m", "jitter": "2d"], "bad-value", "/nodes/0/config/jitter"),
            (["every": "1m", "grace": "31d"], "bad-value", "/nodes/0/config/grace"),
            (["every": "1m", "missed": "some"], "bad-value", "/nodes/0/config/missed"),
            (["every": "1m", "most": 3], "unknown-member", "/nodes/0/config/most"),
            (["every": "1m", "overlap": "sometimes"], "bad-value", "/nodes/0/config/overlap"),
            (["every": "1m", "color": 1], "unknown-member", "/nodes/0/config/color"),
        ] as [(JSON, String, String)])
    func `a bad schedule says what is wrong and where`(config: JSON, code: String, pointer: String) throws {
        let planner = Planner(catalogue: FixtureCatalogue(), zones: Fixture.zones)
        let found = planner.plan([
            "name": "w", "nodes": [["id": "x", "type": "schedule", "config": config]],
        ]).problems
        #expect(found.map(\.code) == [code])
        #expect(found.first?.pointer == pointer)
    }

    @Test func `several schedules stand in one workflow, and what they start with is known`() throws {
        let planner = Planner(catalogue: FixtureCatalogue(), zones: Fixture.zones)
        let document: JSON = [
            "name": "w",
            "nodes": [
                ["id": "a", "type": "schedule", "config": ["cron": "@daily", "input": ["n": 1]]],
                ["id": "b", "type": "schedule", "config": ["every": "1h", "input": ["n": 2]]],
                [
                    "id": "s", "type": "set",
                    "config": ["values": ["n": "{{ trigger.body.n }}", "t": "{{ trigger.time }}"]],
                ],
            ],
            "edges": [["source": "a", "target": "s"], ["source": "b", "target": "s"]],
        ]
        #expect(planner.plan(document).problems == [])
        #expect(DeclaredSchedule.all(in: planner.plan(document).document).map(\.node) == ["a", "b"])
    }
}
