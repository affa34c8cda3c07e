import Glibc
import PatchbayCore
import PatchbayJSON
import PatchbayPostgres
import PatchbaySecurity

/// Signed deliveries at a host by 64 clients, beside a bare route of the same server with the same clients; and how soon a
/// delivery's first step is done.
enum WebhookMeasurement {
    private static let clients = 64
    private static let requests = 20_000
    /// Deliveries a second where the first step is looked at.
    private static let rhythm = 200
    private static let secret = "measurements-only-0123456789"

    @concurrent static func run(in workshop: Workshop) async throws {
        let host = try HostProcess(on: workshop.target)
        defer { host.stop() }
        do {
            try await prepare(host.port)
            let bare = try bareRate()
            try await pace(host.port, workshop)
            try await flood(host.port, workshop, bare: bare)
        } catch {
            throw BenchError("\(error); the host said: \(host.words)")
        }
    }

    /// A host and a process with one route are measured by the same client, one after the other.
    private static func bareRate() throws -> Double {
        let server = try BareProcess()
        defer { server.stop() }
        var load = try HTTPLoad(clients, port: server.port, request: request, status: 200)
        defer { load.close() }
        _ = try load.run(requests / 4)
        return try rate(&load).rate
    }

    private static func rate(_ load: inout HTTPLoad) throws -> (rate: Double, figures: [Double]) {
        let began = ContinuousClock.now
        let figures = try load.run(requests)
        return (Double(requests) / ((ContinuousClock.now - began).milliseconds / 1_000), figures)
    }

    private static func flood(_ port: UInt16, _ workshop: Workshop, bare: Double) async throws {
        var load = try HTTPLoad(clients, port: port, request: request, status: 202)
        defer { load.close() }
        _ = try load.run(requests / 4)
        let (rate, figures) = try rate(&load)
        EngineBench.report(
            "webhook accepted, 64 clients, \(rate.text(0)) a second (bare \(bare.text(0)))",
            "\((rate / bare).text()) × bare, p50 \(figures.percentile(0.5).text()) ms, "
                + "p95 \(figures.percentile(0.95).text()) ms", budget: "0.5 × bare, p95 10 ms")
        let kept = try await workshop.pool.query(
            """
            select (select count(*) from webhook_deliveries where verdict = 'accepted')
                + (select coalesce(sum(cardinality(deliveries)), 0)::bigint from webhook_inbox) as n
            """
        ).one().int("n")
        guard kept >= requests else { throw BenchError("\(kept) deliveries are stored of \(requests)") }
    }

    /// From a delivery's arrival, which is before it is acknowledged, to the end of its run's first step.
    private static func pace(_ port: UInt16, _ workshop: Workshop) async throws {
        var load = try HTTPLoad(clients, port: port, request: request, status: 202)
        defer { load.close() }
        let count = rhythm * 5
        _ = try load.run(count, every: 1_000_000 / rhythm)
        for _ in 0..<200 {
            let left = try await workshop.pool.query("select count(*) as n from runs where finished_at is null").one()
                .int("n")
            if left == 0 { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        let rows = try await workshop.pool.query(
            """
            select (extract(epoch from min(j.at) - d.received_at) * 1000)::bigint as ms
            from webhook_deliveries d join run_journal j on j.tenant_id = d.tenant_id and j.run_id = d.run_id
            where j.node = 'first' group by d.delivery_id, d.received_at
            """)
        let figures = try rows.map { Double(try $0.int("ms")) }
        guard figures.count == count else { throw BenchError("\(figures.count) first steps of \(count) deliveries") }
        EngineBench.report(
            "webhook to first step, \(rhythm) a second",
            "p50 \(figures.percentile(0.5).text()) ms, p95 \(figures.percentile(0.95).text()) ms", budget: "p95 20 ms")
    }

    private static func prepare(_ port: UInt16) async throws {
        let credential: JSON = [
            "name": "BENCH", "kind": "secret", "fields": ["value": .string(secret)],
        ]
        let workflow: JSON = [
            "name": "delivered",
            "nodes": [
                [
                    "id": "hook", "type": "webhook",
                    "config": ["path": "bench", "verify": ["scheme": "github", "secret": "BENCH"]],
                ],
                ["id": "first", "type": "set", "config": ["values": ["ref": "{{ trigger.body.ref }}"]]],
            ],
            "edges": [["source": "hook", "target": "first"]],
        ]
        for (path, body) in [("credentials", credential), ("workflows", workflow)] {
            var load = try HTTPLoad(1, port: port, request: post("/api/v1/\(path)", body.bytes(), []), status: 201)
            _ = try load.run(1)
            load.close()
        }
    }

    private static let body = Array(
        #"{"ref":"refs/heads/main","before":"6113728f27ae82c7b1a177c8d03f9e96e0adf246","pusher":{"name":"octocat"}}"#
            .utf8)

    private static var request: [UInt8] {
        post(
            "/webhook/bench", body,
            ["X-Hub-Signature-256: sha256=" + Digest.hmacSHA256Hex(body, key: Array(secret.utf8))])
    }

    private static func post(_ path: String, _ body: [UInt8], _ headers: [String]) -> [UInt8] {
        let head =
            [
                "POST \(path) HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer \(HostProcess.key)",
                "Content-Type: application/json", "Content-Length: \(body.count)",
            ] + headers + ["", ""]
        return Array(head.joined(separator: "\r\n").utf8) + body
    }
}
