package import PatchbayCore
import PatchbayJSON

/// What a letter's link or a button in Slack opens: one task, for one person, for a time. It is sealed under the
/// installation's key, so that nobody makes one or changes it; stored is nothing of it but that it was used.
package struct TaskLink: Sendable, Equatable {
    /// Characters of the longest that is looked at.
    private static let longest = 1_024
    private static let binding = Array("task-link".utf8)

    package var tenant: TenantID
    package var task: TaskID
    /// Nil where whoever uses it shows otherwise who they are.
    package var person: String?
    /// What it is known by when it was used.
    package var nonce: String
    package var expiresAt: Timestamp

    package init(tenant: TenantID, task: TaskID, person: String?, nonce: String, expiresAt: Timestamp) {
        self.tenant = tenant
        self.task = task
        self.person = person
        self.nonce = nonce
        self.expiresAt = expiresAt
    }

    package func token(under key: SealingKey) throws -> Secret {
        var object: JSONObject = [
            "n": .string(tenant.description), "t": .string(task.description), "k": .string(nonce),
            "e": .int(expiresAt.milliseconds),
        ]
        object["p"] = person.map { .string($0) }
        return Secret(Base64.urlText(try key.seal(JSON.object(object).bytes(), boundTo: Self.binding)))
    }

    /// Nil for what is none, or none any more.
    package init?(_ token: String, under key: SealingKey, at now: Timestamp) {
        guard token.utf8.count <= Self.longest, let sealed = Base64.urlBytes(token),
            let opened = try? key.open(sealed, boundTo: Self.binding), let json = try? JSON(parsing: opened),
            let tenant = json["n"]?.string.flatMap({ TenantID($0) }),
            let task = json["t"]?.string.flatMap({ TaskID($0) }), let nonce = json["k"]?.string,
            let expiry = json["e"]?.int, Timestamp(milliseconds: expiry) > now
        else { return nil }
        self.init(
            tenant: tenant, task: task, person: json["p"]?.string, nonce: nonce,
            expiresAt: Timestamp(milliseconds: expiry))
    }
}
