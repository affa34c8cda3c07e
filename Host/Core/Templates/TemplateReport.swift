/// What somebody tells moderators about a template, or about a review of it.
package struct TemplateReport: Sendable, Equatable {
    package enum Reason: String, Sendable, CaseIterable {
        /// It does harm, or wants to.
        case malicious
        /// It does not do what it says.
        case broken
        case spam
        case copyright
        /// As the text says.
        case other
    }

    package enum State: String, Sendable, CaseIterable {
        case open
        /// Something was done about it, as the note says.
        case resolved
        /// Nothing needs to be done.
        case dismissed
    }

    /// Characters.
    package static let longestText = 4_000

    package var id: ReportID
    package var template: TemplateID
    /// Nil: the template itself is meant.
    package var review: ReviewID?
    package var reporter: Participant
    /// An id to look them up by, or the kind of key.
    package var reportedBy: String
    package var reason: Reason
    package var text: String
    package var createdAt: Timestamp
    package var state: State
    /// What moderators say of it.
    package var note: String
    package var decidedBy: String?
    package var decidedAt: Timestamp?

    package init(
        id: ReportID, template: TemplateID, review: ReviewID? = nil, reporter: Participant, reportedBy: String,
        reason: Reason, text: String, createdAt: Timestamp, state: State = .open, note: String = "",
        decidedBy: String? = nil, decidedAt: Timestamp? = nil
    ) {
        self.id = id
        self.template = template
        self.review = review
        self.reporter = reporter
        self.reportedBy = reportedBy
        self.reason = reason
        self.text = text
        self.createdAt = createdAt
        self.state = state
        self.note = note
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
    }
}
