import PatchbayCore
import PatchbayJSON
import PatchbayPostgres

/// How long 64 clients at once wait until a run they start over HTTP is stored, while the same host carries runs out.
enum HTTPStartMeasurement {
    private static let clients = 64
    private static let requests = 6_400
    /// Starts a second where they come at a rhythm.
    private static let rhythms = [500, 2_000]

    @concurrent static func run(in workshop: Workshop) async throws {
        let steps = (1...5).map { "step_\($0)" }
        let nodes: [JSON] =
            [["id": "start", "type": "manual"]]
            + steps.map { ["id": .string($0), "type": "set", "config": ["values": ["n": "{{ input.n }}"]]] }
        let edges: [JSON] = zip(["start"] + steps, steps).map { ["source": .string($0), "target": .string($1)] }
        let workflow = try await workshop.save(["name": "chain", "nodes": .array(nodes), "edges": .array(edges)])
        let host = try HostProcess(on: workshop.target)
        defer { host.stop() }
        do {
            try await measure(workflow, at: host.port, in: workshop)
        } catch {
            throw BenchError("\(error); the host said: \(host.words)")
        }
    }

    private static func measure(_ workflow: WorkflowRecord, at port: UInt16, in workshop: Workshop) async throws {
        var load = try HTTPLoad(clients, port: port, request: request(workflow.id), status: 202)
        defer { load.close() }
        _ = try load.run(requests / 4)
        for rhythm in rhythms {
            try await settle(workshop)
            let paced = try load.run(2 * rhythm, every: 1_000_000 / rhythm)
            EngineBench.report(
                "start of a run over HTTP, \(rhythm) a second",
                "p50 \(paced.percentile(0.5).text()) ms, p95 \(paced.percentile(0.95).text()) ms", budget: "p95 10 ms")
        }
        try await settle(workshop)
        let began = ContinuousClock.now
        let figures = try load.run(requests)
        let rate = Double(requests) / ((ContinuousClock.now - began).milliseconds / 1_000)
        EngineBench.report(
            "start of a run over HTTP, 64 clients, \(rate.text(0)) a second",
            "p50 \(figures.percentile(0.5).text()) ms, p95 \(figures.percentile(0.95).text()) ms", budget: "p95 10 ms")
    }

    /// Waits until the runs of the measurement before have ended: they are carried out behind their starts, and each
    /// measurement is of its own runs.
    private static func settle(_ workshop: Workshop) async throws {
        let left = "select count(*) as n from runs where finished_at is null"
        for _ in 0..<1_200 {
            if try await workshop.pool.query(left).one().int("n") == 0 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw BenchError("runs of the measurement before do not end")
    }

    private static func request(_ workflow: WorkflowID) -> [UInt8] {
        let body = JSON.object(["workflow_id": .string(workflow.description), "input": ["n": 1]]).text
        let head = [
            "POST /api/v1/runs HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer \(HostProcess.key)",
            "Content-Type: application/json", "Content-Length: \(body.utf8.count)", "", "",
        ]
        return Array((head.joined(separator: "\r\n") + body).utf8)
    }
}
