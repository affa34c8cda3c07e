import PatchbayCore
import PatchbayJSON

extension ConnectorInstallation {
    /// What is known of a version that is installed for all hosts.
    var json: JSON {
        [
            "connector": .string(connector), "version": .string(version.description), "state": .string(state.rawValue),
            "digest": .string(digest), "size": .int(Int64(size)), "sha256": .string(librarySHA256),
            "may_connect": .bool(mayConnect), "installed_at": .string(installedAt.description),
            "installed_by": .string(installedBy), "changed_at": .string(changedAt.description),
            "changed_by": .string(changedBy),
        ]
    }
}

extension ConnectorNeeds {
    /// Who needs a version: the first of them, and how many there are.
    var json: JSONObject {
        [
            "workflows": .array(
                workflows.map {
                    ["id": .string($0.id.description), "name": .string($0.name), "version": .int(Int64($0.version))]
                }),
            "workflow_count": .int(Int64(workflowCount)),
            "runs": .array(runs.map { .string($0.description) }), "run_count": .int(Int64(runCount)),
        ]
    }
}

extension ConnectorReport {
    /// What this host says of one version; nil when it says nothing.
    func json(of connector: String, version: String) -> JSON? {
        guard let entry = connectors.first(where: { $0.connector == connector && $0.version == version }) else {
            return nil
        }
        return [
            "host": .string(host), "reported_at": .string(reportedAt.description),
            "state": .string(entry.state.rawValue), "sha256": entry.sha256.map(JSON.string) ?? .null,
            "refusal": entry.refusal.map(\.json) ?? .null,
        ]
    }
}
