import DatabaseFixture
import HostFixture
import PatchbayJSON
import PatchbayPostgres
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct AuditCommandTests {
    @Test func `commands are taken down, and one byte that somebody changed is found`() async throws {
        let installation = try await Installation([])
        let added = try await installation.command(
            ["credential", "add", "team-slack", "--kind", "bearer"], input: "xoxb-canary\n")
        #expect(added.status == 0, "\(added.errors)")
        _ = try await installation.command(["credential", "remove", "team-slack"])
        let created = try await installation.command(["tenant", "create", "acme"])
        #expect(created.status == 0, "\(created.errors)")

        let list = try await installation.command(["audit", "list", "--json"])
        let events = try JSON(parsing: list.output)["items"]?.array ?? []
        #expect(events.compactMap { $0["event"]?.string } == ["credential.deleted", "credential.created"])
        #expect(events.allSatisfy { $0["actor"]?["kind"] == "command" })
        #expect(!list.output.contains("canary"))
        let own = try await installation.command(["audit", "list", "--installation"])
        #expect(own.output.contains("tenant.created"), "\(own.errors)")

        let file = installation.folder + "/audit.jsonl"
        let exported = try await installation.command(["audit", "export", file])
        #expect(exported.status == 0 && exported.output.contains("2 events"), "\(exported.errors)")

        let whole = try await installation.command(["audit", "verify", "--json"])
        #expect(whole.status == 0, "\(whole.output)\(whole.errors)")
        let verdicts = try JSON(parsing: whole.output)["items"]?.array ?? []
        #expect(verdicts.count == 2 && verdicts.allSatisfy { $0["valid"] == true })
        let verdict = verdicts.first { $0["tenant_id"]?.string != nil }
        let head = try #require(verdict?["head"]?.string)
        let tenant = try #require(verdict?["tenant_id"]?.string)
        let anchored = try await installation.command(["audit", "verify", "--tenant", tenant, "--anchor", head])
        #expect(anchored.status == 0, "\(anchored.output)\(anchored.errors)")

        try await Self.change(
            """
            update audit_events set content = set_byte(content, 40, get_byte(content, 40) # 1)
            where event = 'credential.created'
            """, in: installation)
        let broken = try await installation.command(["audit", "verify"])
        #expect(broken.status == 1)
        #expect(broken.output.contains("NOT WHOLE at record 1"), "\(broken.output)")
        #expect(broken.output.contains("the installation: whole, 1 records"), "\(broken.output)")
    }

    @Test func `what names no log or no end is refused`() async throws {
        let installation = try await Installation([])
        for arguments in [
            ["verify", "--tenant", "acme"], ["verify", "--anchor", "x"], ["verify", "--anchor", "1:" + "00"],
            ["list", "--event", "workflow.made"], ["list", "--outcome", "good"], ["list", "--from", "yesterday"],
            ["list", "--installation", "--tenant", "ten_01j0000000e008000000000001"],
        ] {
            let answer = try await installation.command(["audit"] + arguments)
            #expect(answer.status != 0 && !answer.errors.isEmpty, "\(arguments)")
        }
    }

    /// As the one who made the cluster.
    private static func change(_ statement: String, in installation: Installation) async throws {
        let cluster = try await EmbeddedCluster.start(in: installation.folder + "/data", log: .quiet)
        do {
            let connection = try await PostgresConnection.connect(to: cluster.target)
            let rows = try await connection.query(statement)
            #expect(rows.affected == 1)
            await connection.close()
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }
}
