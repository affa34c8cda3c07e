/// How templates do, by day and without a word of who it was. Of the whole installation.
package protocol TemplateStatisticsStore: Sendable {
    /// Adds views to what is known, all at once. Sources beyond the hundredth of a template count as `other`.
    func add(_ views: [TemplateViews]) async throws
    /// The oldest first; days on which nothing happened are left out, but that before the first, if any, tells how many
    /// installations there were.
    func days(of template: TemplateID, _ days: ClosedRange<Int64>) async throws -> [TemplateDay]
    /// At most `limit`.
    func referrals(of template: TemplateID, _ days: ClosedRange<Int64>, limit: Int) async throws -> [TemplateReferral]
}
