package import PatchbayCore
package import PatchbaySecurity

/// Makes the links that lead people to their tasks.
package struct TaskLinks: Sendable {
    package let key: SealingKey
    /// Where the host is reached from outside; nil: there are no links.
    package let publicURL: String?

    package init(key: SealingKey, publicURL: String?) {
        self.key = key
        self.publicURL = publicURL
    }

    /// The token of one notice: sent again it is known as the same, so that it is good for once altogether.
    package func token(of notice: PendingNotice, for task: TaskRecord, person: String?) throws -> Secret {
        let digest = Digest.sha256(Array(notice.notice.key.utf8))
        return try token(for: task, person: person, nonce: Hexadecimal.text(Array(digest.prefix(12))))
    }

    /// What the buttons of a task's messages in Slack carry. It names no person, since Slack says who presses; a page shows
    /// what is asked by it, and takes no decision.
    package func buttonToken(for task: TaskRecord) throws -> Secret {
        try token(for: task, person: nil, nonce: "slack")
    }

    private func token(for task: TaskRecord, person: String?, nonce: String) throws -> Secret {
        let link = TaskLink(
            tenant: task.tenant, task: task.id, person: person, nonce: nonce,
            expiresAt: task.state.openedAt + task.state.task.timeout)
        return try link.token(under: key)
    }

    /// The page on which somebody decides.
    package func page(_ token: Secret, choosing option: String? = nil) -> String? {
        guard var base = publicURL else { return nil }
        while base.hasSuffix("/") { base.removeLast() }
        var fields = [(name: "token", value: token.reveal())]
        if let option { fields.append((name: "decision", value: option)) }
        return base + "/decide?" + FormText.encoded(fields)
    }
}
