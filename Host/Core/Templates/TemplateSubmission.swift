package import PatchbayJSON

/// What became of a version of a template that its tenant wants to publish.
package enum SubmissionState: String, Sendable, CaseIterable {
    /// Nobody has looked at it yet.
    case pending
    /// It may be published, and its tenant wants to say when.
    case approved
    /// Every tenant can install it.
    case published
    /// It may not be published; the reasons say why.
    case rejected
    /// It was published, and is not offered any more; what was installed goes on.
    case withdrawn
}

/// A version of a template, within the tenant that makes it. Once it was submitted it never changes.
package struct TemplateVersion: Sendable, Equatable {
    package var template: TemplateID
    package var tenant: TenantID
    package var version: Version
    /// As `TemplateDocument` of the marketplace reads it.
    package var document: JSON
    package var createdBy: String
    package var createdAt: Timestamp
    /// Nil: a draft.
    package var submission: TemplateSubmission?

    package init(
        template: TemplateID, tenant: TenantID, version: Version, document: JSON, createdBy: String,
        createdAt: Timestamp, submission: TemplateSubmission? = nil
    ) {
        self.template = template
        self.tenant = tenant
        self.version = version
        self.document = document
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.submission = submission
    }

    package var name: String { document["name"]?.string ?? "" }
}

/// A version on its way to everybody.
package struct TemplateSubmission: Sendable, Equatable {
    package var state: SubmissionState
    /// Whether the tenant says when it is published, once it may be.
    package var isHeld: Bool
    /// What moderators say to the author; empty: nothing.
    package var reasons: String
    package var submittedBy: String
    package var submittedAt: Timestamp
    package var decidedBy: String?
    package var decidedAt: Timestamp?

    package init(
        state: SubmissionState, isHeld: Bool = false, reasons: String = "", submittedBy: String,
        submittedAt: Timestamp, decidedBy: String? = nil, decidedAt: Timestamp? = nil
    ) {
        self.state = state
        self.isHeld = isHeld
        self.reasons = reasons
        self.submittedBy = submittedBy
        self.submittedAt = submittedAt
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
    }
}

/// What somebody wants to become of a submission.
package enum SubmissionEvent: Sendable, Equatable {
    /// The tenant offers it, or says that what is approved be published now.
    case submit(held: Bool)
    case approve
    case reject
    /// The tenant, or a moderator, takes it back.
    case withdraw
}

extension SubmissionState {
    /// The state after an event; nil: the event does not go with the state. Nil as the first state is a draft.
    package static func after(_ event: SubmissionEvent, from state: SubmissionState?, isHeld: Bool) -> SubmissionState?
    {
        switch (state, event) {
        case (nil, .submit), (.rejected, .submit), (.withdrawn, .submit): .pending
        case (.approved, .submit): .published
        case (.pending, .approve): isHeld ? .approved : .published
        case (.pending, .reject), (.approved, .reject): .rejected
        case (.pending, .withdraw), (.approved, .withdraw), (.published, .withdraw): .withdrawn
        default: nil
        }
    }
}
