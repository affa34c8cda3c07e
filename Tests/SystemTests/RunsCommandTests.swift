import HostFixture
import PatchbayJSON
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct RunsCommandTests {
    private static let document: JSON = [
        "name": "shares",
        "nodes": [
            ["id": "start", "type": "manual"],
            ["id": "share", "type": "set", "config": ["values": ["part": "{{ 10 / trigger.body.n }}"]]],
        ],
        "edges": [["source": "start", "target": "share"]],
    ]

    @Test func `failed runs are listed, repeated and dismissed from the shell while a host works`() async throws {
        let installation = try await Installation([])
        let host = try await installation.serve()
        let workflow = try #require(
            try await host.send("POST", "/api/v1/workflows", Self.document).body["id"]?.string)
        var failed: [String] = []
        for _ in 0..<2 {
            let run = try await host.send("POST", "/api/v1/workflows/\(workflow)/execute", ["input": ["n": 0]])
            failed.append(try #require(run.body["id"]?.string))
        }
        let list = try await installation.command(["runs", "list", "--dead", "--workflow", workflow, "--json"])
        let items = try JSON(parsing: list.output)["items"]?.array
        #expect(items?.map { $0["id"]?.string } == failed.reversed(), "\(list.errors)")

        let repeated = try await installation.command(
            ["runs", "retry", failed[0], "--from", "node:share", "--input", #"{"n": 5}"#, "--json"])
        #expect(repeated.status == 0, "\(repeated.errors)")
        let new = try JSON(parsing: repeated.output)["retried"]?[0]?["retried_by"]?.string
        let done = try await host.finished(try #require(new))
        #expect(done["status"] == "completed")
        #expect(done["retry_of"]?.string == failed[0])

        let refused = try await installation.command(["runs", "retry", failed[0], "--from", "node:nowhere"])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("never reached"))
        #expect(try await installation.command(["runs", "dismiss", failed[1]]).status == 0)
        #expect(try await installation.command(["runs", "dismiss", failed[1]]).status == 1)
        let none = try await installation.command(["runs", "retry", "--dead"])
        #expect(none.output.contains("There are no dead letters"), "\(none.errors)")
        #expect(await host.stop() == 0)
    }

    @Test func `what is no run, and no way to repeat one, is said`() async throws {
        let installation = try await Installation([])
        for arguments in [
            ["retry", "run_1"], ["retry"], ["retry", "--dead", "--version", "0"], ["retry", "--dead", "--from", "x"],
            ["retry", "--dead", "--input", "{"], ["list", "--status", "done"], ["list", "--limit", "0"],
            ["list", "--workflow", "wf_1"],
        ] {
            let answer = try await installation.command(["runs"] + arguments)
            #expect(answer.status != 0, "\(arguments)")
            #expect(!answer.errors.isEmpty)
        }
    }
}
