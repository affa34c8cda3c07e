import DatabaseFixture
import HostFixture
import PatchbayJSON
import Testing

/// Limits that two hosts of one installation keep together.
@Suite(.serialized, .database, .timeLimit(.minutes(5))) struct SharedLimitTests {
    /// The limit is everybody's, by a setting, or one tenant's own, by a command.
    @Test(arguments: ["PATCHBAY_RATE_LIMITS", "--rate"])
    func `two hosts together answer as many requests of a minute as the limit says`(by means: String) async throws {
        let limit = 60
        let standard = means == "--rate" ? 100_000 : limit
        try await TwoHosts.with(settings: ["PATCHBAY_RATE_LIMITS": "api=\(standard)"]) { hosts in
            if means == "--rate" {
                let set = try await hosts.installation.command(
                    ["tenant", "limit", "ten_01j0000000e008000000000001", "--rate", "api=\(limit)"],
                    adding: ["DATABASE_URL": hosts.database])
                try #require(set.status == 0, "\(set.errors)")
            }
            // By the minute that each answer says it counts for: the test may run across its end.
            let admitted = try await withThrowingTaskGroup(of: (String, Bool).self) { group in
                for number in 0..<400 {
                    group.addTask {
                        let answer = try await hosts.all[number % 2].fields("/api/v1/node-kinds")
                        #expect([200, 429].contains(answer.status))
                        return (answer.headers["x-ratelimit-reset"] ?? "none", answer.status == 200)
                    }
                }
                return try await group.reduce(into: [String: Int]()) { $0[$1.0, default: 0] += $1.1 ? 1 : 0 }
            }
            #expect(admitted["none"] == nil)
            #expect(admitted.values.allSatisfy { $0 <= limit }, "\(admitted)")
            #expect(admitted.values.contains { $0 >= limit * 9 / 10 }, "\(admitted)")
        }
    }

    @Test func `an operator gives a tenant limits of its own`() async throws {
        let installation = try await Installation([])
        let made = try await installation.command(["tenant", "create", "acme", "--rate", "api=2000", "--json"])
        #expect(made.status == 0, "\(made.errors)")
        let tenant = try JSON(parsing: made.output)
        #expect(tenant["limits"]?["rates"]?["api"] == 2000)
        #expect(tenant["limits"]?["rates"]?["execute"] == .null)
        let id = tenant["id"]?.string ?? ""
        let changed = try await installation.command(
            ["tenant", "limit", id, "--rate", "api=default", "--rate", "execute=7", "--json"])
        #expect(changed.status == 0, "\(changed.errors)")
        let limits = try JSON(parsing: changed.output)["limits"]?["rates"]
        #expect(limits?["api"] == .null && limits?["execute"] == 7)
        for wrong in ["api", "api=0", "colour=3", "api=many"] {
            let refused = try await installation.command(["tenant", "limit", id, "--rate", wrong])
            #expect(refused.status != 0 && refused.errors.contains("--rate"), "\(wrong)")
        }
    }
}
