import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import PatchbayStorage

struct AlertCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make an alert.",
        discussion: """
            ALERT is JSON as for POST /api/v1/alerts.
            Example: patchbay alert create '{"name": "failures", "condition": {"kind": "failures", "count": 3, "window": "10m"}, \
            "notify": [{"type": "email", "to": ["ops@example.com"]}]}'
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: TenantOptions

    @Argument(help: "The alert, as JSON.") var alert: String

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let body: JSON
        do {
            body = try JSON(parsing: Array(alert.utf8))
        } catch {
            throw CommandFailure("ALERT is no JSON: \(error)")
        }
        var reader = MemberReader(body.object ?? [:], at: "", subject: "the alert")
        reader.refuseUnknown(known: AlertDraft.members)
        let draft = AlertDraft(reading: &reader)
        guard let draft, reader.problems.isEmpty else {
            throw CommandFailure(
                reader.problems.map { $0.message + ($0.hint.map { " (\($0))" } ?? "") }.joined(separator: "\n"))
        }
        try await Storage.using(host) { storage in
            let tenant = try await reach.tenant(in: storage)
            if let id = draft.scope.workflow, try await storage.api.workflows.workflow(id, in: tenant) == nil {
                throw CommandFailure("There is no workflow \(id).")
            }
            for target in draft.targets {
                guard let name = target.credential else { continue }
                guard let record = try await storage.vault.record(named: name, in: tenant) else {
                    throw CommandFailure("There is no credential `\(name)`: patchbay credential list")
                }
                if let hint = target.misfit(of: record) {
                    throw CommandFailure("The credential `\(name)` is not one for this: \(hint).")
                }
            }
            let now = SystemTime().now
            let rule = AlertRule(
                id: .new(at: now), tenant: tenant, draft: draft, since: now, createdAt: now, updatedAt: now)
            guard try await storage.alerts.create(rule) else {
                throw CommandFailure("There are \(AlertLimits.most) alerts, which is the most. Delete one first.")
            }
            try await storage.took(
                .alertCreated, "alert", rule.id.description, in: tenant, details: ["name": .string(draft.name)])
            if json { return Console.print(json: rule.shown) }
            Console.print("Made \(rule.id).")
        }
    }
}
