import HostFixture
import PatchbayJSON
import PatchbayOutbound
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct TenantCommandTests {
    @Test func `tenants are made, limited, suspended, exported and deleted from the shell while a host works`()
        async throws
    {
        let installation = try await Installation([])
        let host = try await installation.serve()
        let made = try await installation.command(["tenant", "create", "Acme", "--workflows", "1", "--json"])
        let id = try #require(try JSON(parsing: made.output)["id"]?.string, "\(made.errors)")
        let list = try await installation.command(["tenant", "list"])
        #expect(list.output.contains(id) && list.output.contains("Acme"))

        let inside = [HTTPField(name: "X-Tenant-ID", value: id)]
        let workflow: JSON = ["name": "canary-acme", "nodes": [["id": "a", "type": "manual"]], "edges": []]
        let saved = try await host.send("POST", "/api/v1/workflows", workflow, headers: inside)
        #expect(saved.status == 201, "\(saved.text)")
        let workflowID = try #require(saved.body["id"]?.string)
        let run = try await host.send(
            "POST", "/api/v1/workflows/\(workflowID)/execute", ["input": ["x": 1]], headers: inside)
        #expect(run.body["status"] == "completed", "\(run.text)")

        let limits = try await installation.command(
            ["tenant", "limit", id, "--workflows", "none", "--concurrency", "3", "--json"])
        #expect(try JSON(parsing: limits.output)["limits"]?["concurrency"] == 3, "\(limits.errors)")
        #expect(try JSON(parsing: limits.output)["limits"]?["workflows"] == .null)
        let wrong = try await installation.command(["tenant", "limit", id, "--concurrency", "0"])
        #expect(wrong.status != 0 && wrong.errors.contains("--concurrency"))

        #expect(try await installation.command(["tenant", "suspend", id]).status == 0)
        #expect(try await host.send("GET", "/api/v1/tenants/\(id)").body["state"] == "suspended")
        #expect(try await installation.command(["tenant", "resume", id]).status == 0)
        let usage = try await installation.command(["tenant", "usage", id, "--json"])
        #expect(try JSON(parsing: usage.output)["items"]?.array != nil, "\(usage.errors)")

        let file = installation.folder + "/acme.jsonl"
        let export = try await installation.command(["tenant", "export", id, file, "--json"])
        #expect(export.status == 0, "\(export.errors)")
        #expect(try JSON(parsing: export.output)["rows"]?["workflows"] == 1)
        #expect(try await installation.command(["tenant", "export", id, file]).status != 0)
        let read = try await host.send("GET", "/api/v1/tenant/export", headers: inside)
        let lines = read.text.split(separator: "\n")
        #expect(lines.contains { $0.contains("canary-acme") })
        #expect(try lines.last.map { try JSON(parsing: Array($0.utf8)) }?["end"]?["workflows"] == 1)
        #expect(!lines.contains { $0.contains("\"default\"") })

        let asked = try await installation.command(["tenant", "delete", id])
        #expect(asked.status != 0 && asked.errors.contains("--yes"))
        let deleted = try await installation.command(["tenant", "delete", id, "--yes", "--json"])
        #expect(try JSON(parsing: deleted.output)["rows"]?["workflows"] == 1, "\(deleted.errors)")
        #expect(try await installation.command(["tenant", "usage", id]).status == 0)
        #expect(try await installation.command(["tenant", "delete", id, "--yes"]).status != 0)
        #expect(try await host.send("GET", "/api/v1/tenants/\(id)").status == 404)
        #expect(await host.stop() == 0)
    }

    @Test func `a tenant that is ended by the API is gone soon, and no other has lost anything`() async throws {
        let installation = try await Installation([])
        let host = try await installation.serve()
        let made = try await host.send("POST", "/api/v1/tenants", ["name": "Acme"])
        let id = try #require(made.body["id"]?.string, "\(made.text)")
        let inside = [HTTPField(name: "X-Tenant-ID", value: id)]
        let workflow: JSON = ["name": "w", "nodes": [["id": "a", "type": "manual"]], "edges": []]
        #expect(try await host.send("POST", "/api/v1/workflows", workflow).status == 201)
        #expect(try await host.send("POST", "/api/v1/workflows", workflow, headers: inside).status == 201)
        #expect(try await host.send("DELETE", "/api/v1/tenants/\(id)?confirm=Acme").status == 202)
        let deadline = ContinuousClock.now + .seconds(90)
        while try await host.send("GET", "/api/v1/tenants/\(id)").status != 404 {
            guard ContinuousClock.now < deadline else { throw SystemTestError("it is there: \(host.program.errors)") }
            // Another process does it.
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try await host.send("GET", "/api/v1/workflows").body["items"]?.array?.count == 1)
        #expect(await host.stop() == 0)
    }
}
