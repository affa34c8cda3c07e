import HTTPTypes
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbaySchemas
import PatchbaySecurity

extension APIError {
    /// What errors of the parts below mean to a client; nil for those that are nobody's business but ours.
    init?(translating error: any Error) {
        switch error {
        case let error as APIError:
            self = error
        case StoreConflict.versionMoved(let expected, let current):
            self.init(
                .versionConflict,
                "The workflow has moved on to version \(current); you changed version \(expected). Read it again.",
                details: ["expected_version": .int(Int64(expected)), "current_version": .int(Int64(current))])
        case StoreConflict.endpointTaken(let endpoint):
            self.init(
                .endpointTaken, "Another workflow has the webhook endpoint '\(endpoint)' already. Choose another path.",
                details: ["endpoint": .string(endpoint)])
        case StoreConflict.nameTaken(let name):
            self.init(
                .credentialNameTaken,
                "There is a credential named '\(name)' already. Delete it or choose another name.",
                details: ["name": .string(name)])
        case TenantRefusal.notActive(let state):
            self.init(
                .tenantNotActive, "\(TenantRefusal.notActive(state))", details: ["state": .string(state.rawValue)])
        case TenantRefusal.exhausted(let limit, let used, let most):
            self.init(
                .quotaExceeded, "\(TenantRefusal.exhausted(limit, used: used, most: most))",
                details: [
                    "quota": .string(limit.rawValue), "used": .int(Int64(used)), "limit": .int(Int64(most)),
                ])
        case let error as RunStartConflict:
            self.init(
                .idempotencyKeyReused,
                "The idempotency key started the run \(error.run) with another input. Take a new key for a new run, or "
                    + "repeat the request as it was.",
                details: ["run_id": .string(error.run.description)])
        case let error as ConnectorRefusal:
            self.init(
                .connectorRefused, "The connector is refused: \(error)", details: ["refusal": error.json])
        case ConnectorFetchFailure.notAllowed(let hosts):
            self.init(
                .sourceNotAllowed,
                "Packages may not be fetched from there. The operator names hosts in PATCHBAY_INSTALL_FROM, or send the "
                    + "package itself.",
                details: ["allowed": .array(hosts.map(JSON.string))])
        case ConnectorFetchFailure.failed(let reason):
            self.init(.fetchFailed, "The package could not be fetched: \(reason).")
        case let error as SecurityError where error.code == .unavailable:
            self.init(
                .keyUnavailable, "The service that holds the key of credentials does not answer now. Try again later.")
        case let error as IndexFailure:
            self.init(error)
        case let error as CredentialProblems:
            self = .invalid(error.problems, what: "credential")
        case let error as ConsentRefusal:
            self.init(error)
        case let error as SchemaError:
            self.init(.connectorRefused, "The connector's schema cannot be used: \(error). Tell its author.")
        case let error as MembershipConflict:
            self.init(error)
        case let error as TemplateConflict:
            self.init(error)
        case let error as PublisherNameTaken:
            self.init(error)
        case let error as ReportConflict:
            self.init(error)
        case let error as PackageConflict:
            self.init(error)
        case is ExaminationBusy:
            self.init(
                .busy, "Another package is being checked. Try again in a minute.", headers: [.retryAfter: "30"])
        case let error as TaskRefusal:
            self.init(error)
        case is TaskContention:
            self.init(.busy, "Many change the task at the same time. Try again.")
        case is MailFailure:
            self.init(.mailFailed, "The letter could not be handed over. The server's log has more.")
        case is InvalidCursor:
            self = .invalid(
                [
                    Problem(
                        code: "bad-cursor", pointer: "cursor", message: "the cursor is none that this list gave",
                        hint: "take 'next_cursor' of the page before, or leave it out for the first page")
                ], what: "query")
        default:
            return nil
        }
    }
}
