package import PatchbayCore
import PatchbayPostgres

extension PostgresReviewStore {
    package func create(_ report: TemplateReport) async throws {
        let rows = try await pool.rows(
            Self.insert,
            [
                .id(report.id), .id(report.template), .optional(report.review) { .id($0) },
                .participant(report.reporter), .words(report.reportedBy), .word(report.reason), .words(report.text),
                .moment(report.createdAt),
            ])
        guard rows.isEmpty else { return }
        let open = try await pool.rows(
            Self.selectOpen,
            [.id(report.template), .optional(report.review) { .id($0) }, .participant(report.reporter)])
        // Whoever decides it at this moment opens the way for another.
        throw ReportConflict.isOpen(try open.first?.id("report_id") ?? report.id)
    }

    private static let insert = """
        insert into template_reports (
            report_id, template_id, review_id, reporter_id, reported_by, reason, text, created_at, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'open')
        on conflict (template_id, coalesce(review_id, template_id), reporter_id) where state = 'open' do nothing
        returning report_id
        """

    private static let selectOpen = """
        select report_id from template_reports
        where template_id = $1 and coalesce(review_id, template_id) = coalesce($2, $1) and reporter_id = $3
            and state = 'open'
        """

    package func reports(in state: TemplateReport.State, page: PageRequest) async throws -> Page<TemplateReport> {
        let rows = try await pool.rows(Self.listReports, [.word(state), page.cursor(ReportTag.self), page.reach])
        return try page.page(of: rows) { row in
            let report = try Self.report(row)
            return (report, report.id.description)
        }
    }

    private static let listReports = """
        select * from template_reports where state = $1 and ($2::uuid is null or report_id > $2)
        order by report_id limit $3
        """

    package func report(_ id: ReportID) async throws -> TemplateReport? {
        try await pool.rows(Self.selectReport, [.id(id)]).first.map(Self.report)
    }

    private static let selectReport = "select * from template_reports where report_id = $1"

    package func close(
        _ id: ReportID, as state: TemplateReport.State, note: String, by actor: String, at: Timestamp
    ) async throws -> TemplateReport? {
        let row = try await pool.rows(
            Self.decide, [.id(id), .word(state), .words(note), .words(actor), .moment(at)]
        ).first
        if let row { return try Self.report(row) }
        guard let present = try await report(id) else { return nil }
        throw ReportConflict.isClosed(present.state)
    }

    private static let decide = """
        update template_reports set state = $2, note = $3, decided_by = $4, decided_at = $5
        where report_id = $1 and state = 'open' returning *
        """

    private static func report(_ row: PostgresRow) throws -> TemplateReport {
        try TemplateReport(
            id: row.id("report_id"), template: row.id("template_id"), review: row.optionalID("review_id"),
            reporter: row.participant("reporter_id"), reportedBy: row.text("reported_by"),
            reason: row.word("reason"), text: row.text("text"), createdAt: row.moment("created_at"),
            state: row.word("state"), note: row.text("note"), decidedBy: row.present("decided_by", row.text),
            decidedAt: row.optionalMoment("decided_at"))
    }
}
