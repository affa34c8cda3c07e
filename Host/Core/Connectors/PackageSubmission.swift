/// A version of a connector that a tenant offers to everybody. The package of what was published never changes.
package struct PackageSubmission: Sendable, Equatable {
    package var publisher: TenantID
    package var content: ExaminedPackage
    package var submission: TemplateSubmission
    /// When it was published first; nil: never.
    package var publishedAt: Timestamp?
    package var recall: PackageRecall?

    package init(
        publisher: TenantID, content: ExaminedPackage, submission: TemplateSubmission, publishedAt: Timestamp? = nil,
        recall: PackageRecall? = nil
    ) {
        self.publisher = publisher
        self.content = content
        self.submission = submission
        self.publishedAt = publishedAt
        self.recall = recall
    }

    /// As it is first stored: what does not pass the checks is rejected by them.
    package init(offering content: ExaminedPackage, of tenant: TenantID, isHeld: Bool, by: String, at: Timestamp) {
        let hasPassed = content.hasPassed
        self.init(
            publisher: tenant, content: content,
            submission: TemplateSubmission(
                state: hasPassed ? .pending : .rejected, isHeld: isHeld,
                reasons: hasPassed ? "" : "A check failed; the report says which, and what to do.", submittedBy: by,
                submittedAt: at, decidedBy: hasPassed ? nil : "check", decidedAt: hasPassed ? nil : at))
    }

    package var pin: ConnectorPin { content.pin }

    /// What a version is compared with: the newest published one below it; without one the newest of all.
    package func predecessor(among published: [PackageSubmission]) -> PackageSubmission? {
        let others = published.filter { $0.pin != pin }.sorted { $0.pin.version > $1.pin.version }
        return others.first { $0.pin.version < pin.version } ?? others.first
    }

    /// Whether everybody finds it and may install it.
    package var isOffered: Bool { submission.state == .published && recall == nil }

    /// Those of a tenant that wait for moderators at a time.
    package static let mostPending = 10
}

/// Why a published version is not to be installed any more. What is pinned to it goes on.
package struct PackageRecall: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Its publisher, or an operator, advises against it.
        case yanked
        /// An operator suspects that it does harm: only operators see it, and nothing more of the connector is published.
        case quarantined
    }

    package var kind: Kind
    /// A sentence, for those who are refused.
    package var reason: String
    package var by: String
    package var at: Timestamp

    package init(kind: Kind, reason: String, by: String, at: Timestamp) {
        self.kind = kind
        self.reason = reason
        self.by = by
        self.at = at
    }

    /// What somebody is told who wants to install or pin the version.
    package func refusal(of pin: ConnectorPin) -> ConnectorRefusal {
        ConnectorRefusal(
            code: "version-\(kind.rawValue)", have: "\(pin), which was \(kind.rawValue): \(reason)",
            need: "a version that is offered",
            hint: kind == .yanked ? "Take another version." : "Take another version, or ask an operator.")
    }
}
