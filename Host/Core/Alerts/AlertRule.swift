import PatchbayJSON

/// Which runs an alert is about.
package enum AlertScope: Sendable, Equatable {
    /// All of the tenant.
    case all
    case workflow(WorkflowID)
    /// Those of workflows whose newest version has this among its `tags`.
    case tag(String)

    package var workflow: WorkflowID? {
        if case .workflow(let id) = self { id } else { nil }
    }

    package var tag: String? {
        if case .tag(let tag) = self { tag } else { nil }
    }
}

/// An alert as somebody wants it.
package struct AlertDraft: Sendable, Equatable {
    /// Milliseconds after a message in which nobody is told that the alert fires again.
    package static let standardQuiet: Int64 = 15 * 60_000
    private static let longestQuiet: Int64 = 86_400_000

    package var name: String
    package var scope: AlertScope
    package var condition: AlertCondition
    package var targets: [AlertTarget]
    package var quiet: Int64

    package static let members = ["name", "workflow_id", "tag", "condition", "notify", "quiet"]

    package init(
        name: String, scope: AlertScope = .all, condition: AlertCondition, targets: [AlertTarget],
        quiet: Int64 = standardQuiet
    ) {
        self.name = name
        self.scope = scope
        self.condition = condition
        self.targets = targets
        self.quiet = quiet
    }

    /// Reads one; nil when something is missing or wrong, which the reader then knows.
    package init?(reading reader: inout MemberReader) {
        let name = reader.text("name", required: true)
        let scope = Self.scope(&reader)
        var condition: AlertCondition?
        if let object = reader.object("condition", required: true) {
            var inner = MemberReader(object, at: reader.pointer(to: "condition"), subject: "the condition")
            condition = AlertCondition(reading: &inner)
            reader.adopt(inner.problems)
        }
        let targets = Self.targets(&reader)
        let quiet = reader.duration("quiet") ?? Self.standardQuiet
        if quiet > Self.longestQuiet {
            reader.report("bad-duration", at: "quiet", "the quiet period must not be longer than a day")
        }
        guard reader.problems.isEmpty, let name, let condition else { return nil }
        self.init(name: name, scope: scope, condition: condition, targets: targets, quiet: quiet)
    }

    private static func scope(_ reader: inout MemberReader) -> AlertScope {
        let workflow = reader.text("workflow_id", limit: 100)
        let tag = reader.text("tag", limit: 100)
        guard let workflow else { return tag.map { .tag($0) } ?? .all }
        if tag != nil {
            reader.report(
                "bad-value", at: "tag", "an alert is for one workflow or for a tag, not for both",
                hint: "leave out \"tag\" or \"workflow_id\"; without both it is for all workflows")
        }
        guard let id = WorkflowID(workflow) else {
            reader.report("bad-value", at: "workflow_id", "\"workflow_id\" must be a workflow's id, such as \"wf_…\"")
            return .all
        }
        return .workflow(id)
    }

    private static func targets(_ reader: inout MemberReader) -> [AlertTarget] {
        guard let values = reader.array("notify", required: true) else { return [] }
        guard (1...AlertTarget.most).contains(values.count) else {
            reader.report("bad-value", at: "notify", "\"notify\" must hold 1 to \(AlertTarget.most) targets")
            return []
        }
        return values.enumerated().compactMap { index, value in
            let place = reader.pointer(to: "notify") + "/\(index)"
            guard let object = value.object else {
                reader.report("wrong-type", at: "notify", "item \(index) of \"notify\" must be an object")
                return nil
            }
            var inner = MemberReader(object, at: place, subject: "the target")
            let target = AlertTarget(reading: &inner)
            reader.adopt(inner.problems)
            return target
        }
    }
}

/// An alert as it is stored.
package struct AlertRule: Sendable, Equatable {
    package var id: AlertID
    package var tenant: TenantID
    package var draft: AlertDraft
    package var isEnabled: Bool
    /// Grows with each change by somebody.
    package var version: Int
    /// What happened before counts for nothing.
    package var since: Timestamp
    package var state: AlertState
    /// What was measured last; nil: nothing yet, or too little to tell.
    package var value: Int64?
    /// When it was looked at last.
    package var judgedAt: Timestamp?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: AlertID, tenant: TenantID, draft: AlertDraft, isEnabled: Bool = true, version: Int = 1, since: Timestamp,
        state: AlertState = AlertState(), value: Int64? = nil, judgedAt: Timestamp? = nil, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.draft = draft
        self.isEnabled = isEnabled
        self.version = version
        self.since = since
        self.state = state
        self.value = value
        self.judgedAt = judgedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
