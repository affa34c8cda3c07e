/// What installers think of templates, and what people report to moderators. Of the whole installation.
package protocol ReviewStore: Sendable {
    /// The version that a tenant has, or had last; nil: it never had the template.
    func installedVersion(of template: TemplateID, in tenant: TenantID) async throws -> Version?

    /// Stores a review or replaces the reviewer's own, which keeps its id, when it was made, and whether it is hidden; the
    /// template's rating changes with it. Returns what is there now; nil: no such template is listed.
    func put(_ review: TemplateReview) async throws -> TemplateReview?
    /// False: there is none.
    func removeReview(by reviewer: Participant, of template: TemplateID) async throws -> Bool
    func review(by reviewer: Participant, of template: TemplateID) async throws -> TemplateReview?
    func review(_ id: ReviewID, of template: TemplateID) async throws -> TemplateReview?
    /// The newest first.
    func reviews(of template: TemplateID, hidden: Bool, page: PageRequest) async throws -> Page<TemplateReview>
    /// Shows a review to nobody but moderators and its writer, or with nil to all again. Nil: there is none.
    func setHidden(_ reason: String?, _ id: ReviewID, of template: TemplateID) async throws -> TemplateReview?

    /// Throws `ReportConflict.isOpen` when the reporter has an open report of the same.
    func create(_ report: TemplateReport) async throws
    /// The oldest first.
    func reports(in state: TemplateReport.State, page: PageRequest) async throws -> Page<TemplateReport>
    func report(_ id: ReportID) async throws -> TemplateReport?
    /// Closes an open report. Throws `ReportConflict.isClosed`; nil: there is none.
    func close(_ id: ReportID, as state: TemplateReport.State, note: String, by actor: String, at: Timestamp)
        async throws -> TemplateReport?
}

/// Why a report is not what somebody wants it to be.
package enum ReportConflict: Error, Equatable, Sendable {
    /// The reporter has reported the same, and nobody has decided yet.
    case isOpen(ReportID)
    case isClosed(TemplateReport.State)
}
