import PatchbayCore
import PatchbayPostgres
import PatchbayStorage

/// The last fifty runs of a million.
enum ListingMeasurement {
    private static let runs = 1_000_000

    @concurrent static func run(in workshop: Workshop) async throws {
        let workflow = try await workshop.chain(1)
        _ = try await workshop.pool.withConnection { connection in
            try await connection.execute(
                """
                set statement_timeout = 0;
                insert into runs (tenant_id, run_id, workflow_id, version, workflow_name, status, trigger, created_at)
                select tenant_id,
                    encode(decode(lpad(to_hex(1760000000000 + n), 12, '0') || '7000'
                        || '8000' || lpad(to_hex(n), 12, '0'), 'hex'), 'hex')::uuid,
                    workflow_id, 1, 'chain',
                    case when n % 1000 = 0 then 'failed' else 'completed' end, 'manual',
                    to_timestamp(1760000000 + n / 1000.0)
                from workflows, generate_series(1, \(runs)) n;
                analyze runs;
                """, timeout: 600_000)
        }
        let filters: [(String, WorkflowID?, RunStatus?)] = [
            ("last 50 of 1,000,000 runs", nil, nil), ("  of one workflow", workflow.id, nil),
            ("  failed ones, one in a thousand", nil, .failed),
            ("  running ones, of which there are none", nil, .running),
            ("  failed ones of one workflow", workflow.id, .failed),
        ]
        for (what, workflow, status) in filters {
            var figures: [Double] = []
            for _ in 0..<200 {
                let began = ContinuousClock.now
                _ = try await workshop.runs.runs(
                    in: .initial, matching: RunFilter(workflow: workflow, statuses: Set([status].compactMap(\.self))),
                    page: PageRequest(limit: 50))
                figures.append((ContinuousClock.now - began).milliseconds)
            }
            EngineBench.report(
                what, "p50 \(figures.percentile(0.5).text()) ms, p95 \(figures.percentile(0.95).text()) ms",
                budget: "p95 20 ms")
        }
    }
}
