import PatchbayCore
import PatchbayJSON
package import PatchbayModules

/// A connector's reference in Markdown, made from its manifest: whatever stands there is what the host knows too.
package struct ReferencePage: Sendable {
    private let manifest: Manifest
    /// Of the page's own headings; 1 for a page by itself, 2 for a part of another one.
    private let level: Int

    package init(_ manifest: Manifest, level: Int = 1) {
        self.manifest = manifest
        self.level = level
    }

    package var text: String {
        var parts: [String] = []
        if level == 1 { parts.append("# \(manifest.name)\n\n\(manifest.summary)") }
        parts.append(facts)
        if !manifest.credentials.isEmpty { parts.append(credentials) }
        if let settings = SchemaTable(manifest.settings).text {
            parts.append(heading(1, "Settings") + "\n\n" + settings)
        }
        let actions = manifest.operations.filter { $0.kind == .action }
        // What belongs to a trigger is the host's to call.
        let triggers = manifest.operations.filter { $0.kind == .poll || $0.kind == .webhook }
        if !actions.isEmpty { parts += [heading(1, "Actions")] + actions.map(operation) }
        if !triggers.isEmpty { parts += [heading(1, "Triggers")] + triggers.map(operation) }
        parts.append(errors)
        return parts.joined(separator: "\n\n") + "\n"
    }

    private func heading(_ depth: Int, _ text: String) -> String {
        String(repeating: "#", count: level + depth) + " " + text
    }

    private var facts: String {
        var rows = [
            ("connector", "`\(manifest.id)` \(manifest.version)"), ("category", manifest.category),
            ("requests go to", hosts),
            (
                "runs",
                manifest.isolation == .inProcess ? "inside the host, when it is trusted" : "in a process of its own"
            ),
            ("at most", "\(manifest.limits.concurrency) calls at a time, \(seconds(manifest.limits.timeout)) each"),
        ]
        for right in manifest.document["permissions"]?.object ?? [:]
        where !["hosts", "credentials"].contains(right.name) {
            rows.append(("`\(right.name)`", "`\(right.value.text)`"))
        }
        if let license = manifest.license { rows.append(("licence", license)) }
        if let docs = manifest.docs { rows.append(("vendor's documentation", "<\(docs)>")) }
        return "| | |\n|---|---|\n" + rows.map { "| \($0) | \(SchemaTable.cell($1)) |" }.joined(separator: "\n")
    }

    private var hosts: String {
        guard let hosts = manifest.document["permissions"]?["hosts"]?.array, !hosts.isEmpty else { return "nowhere" }
        return hosts.map { host in
            if host == "*" { return "any host" }
            return host["setting"]?.string.map { "the host in the setting `\($0)`" } ?? "`\(host.string ?? "")`"
        }.joined(separator: ", ")
    }

    private var credentials: String {
        let slots = manifest.credentials.map { slot in
            let kinds = slot.kinds.map { "`\($0.kind.rawValue)`" }.joined(separator: " or ")
            let access =
                slot.access == .inject ? "attached by the host; the connector never sees it" : "read by the connector"
            let about = slot.about.isEmpty ? "" : " \(slot.about)"
            return
                "- **\(slot.title)** (`\(slot.name)`, \(slot.isRequired ? "required" : "optional")): \(kinds), \(access).\(about)"
        }
        return heading(1, "Credentials") + "\n\n" + slots.joined(separator: "\n")
    }

    private func operation(_ operation: ManifestOperation) -> String {
        if let group = operation.group { return trigger(operation, group) }
        var parts = [heading(2, "`\(operation.id)`")]
        parts.append(operation.summary.isEmpty ? operation.title + "." : "\(operation.title). \(operation.summary)")
        parts.append(behaviour(of: operation))
        parts.append("Input" + (SchemaTable(operation.input).text.map { ":\n\n" + $0 } ?? ": nothing."))
        parts.append("Output" + (SchemaTable(operation.output).text.map { ":\n\n" + $0 } ?? outline(operation.output)))
        let shown = manifest.document["operations"]?.array?.first { $0["id"]?.string == operation.id }
        for example in shown?["examples"]?.array ?? [] {
            let node: JSON = [
                "uses": .string("\(manifest.id)@\(manifest.version)/\(operation.id)"),
                "input": example["input"] ?? [:],
            ]
            parts.append("\(example["title"]?.string ?? "Example"):\n\n```json\n\(node.prettyText)\n```")
        }
        return parts.joined(separator: "\n\n")
    }

    /// What workflows configure, and what their runs are started with.
    private func trigger(_ operation: ManifestOperation, _ group: WebhookGroup) -> String {
        var parts = [heading(2, "`\(operation.id)`")]
        parts.append(operation.summary.isEmpty ? operation.title + "." : "\(operation.title). \(operation.summary)")
        let slot = manifest.operation(group.subscribe)?.credential.map { "; uses the credential `\($0)`" } ?? ""
        let page = operation.docs.map { "; [vendor's page](\($0))" } ?? ""
        parts.append("The vendor calls it: a webhook, made when a workflow is active\(slot)\(page).")
        let input = operation.input["properties"]?["config"] ?? [:]
        let event = operation.output["properties"]?["events"]?["items"]?["properties"]?["data"] ?? [:]
        parts.append("Input" + (SchemaTable(input).text.map { ":\n\n" + $0 } ?? ": nothing."))
        parts.append("Body" + (SchemaTable(event).text.map { ":\n\n" + $0 } ?? outline(event)))
        let shown = manifest.document["operations"]?.array?.first { $0["id"]?.string == operation.id }
        for example in shown?["examples"]?.array ?? [] {
            let node: JSON = [
                "type": "webhook", "uses": .string("\(manifest.id)@\(manifest.version)/\(operation.id)"),
                "config": ["input": example["input"]?["config"] ?? [:]],
            ]
            parts.append("\(example["title"]?.string ?? "Example"):\n\n```json\n\(node.prettyText)\n```")
        }
        return parts.joined(separator: "\n\n")
    }

    private func behaviour(of operation: ManifestOperation) -> String {
        var facts: [String]
        switch operation.effect {
        case .read: facts = ["Reads"]
        case .write: facts = ["Writes"]
        case .delete: facts = ["Deletes"]
        }
        if operation.effect != .read {
            facts.append(operation.isIdempotent ? "a repetition does no more" : "a repetition does it again")
        }
        if let slot = operation.credential { facts.append("uses the credential `\(slot)`") }
        if let timeout = operation.timeout, timeout != manifest.limits.timeout {
            facts.append("may take \(seconds(timeout))")
        }
        if let docs = operation.docs { facts.append("[vendor's page](\(docs))") }
        return facts.joined(separator: "; ") + "."
    }

    /// An output that is no object with named members.
    private func outline(_ schema: JSON) -> String {
        let type = SchemaTable.type(of: schema)
        let about = schema["description"]?.string.map { " " + $0 } ?? ""
        return type.isEmpty ? ": any value.\(about)" : ": \(type).\(about)"
    }

    private var errors: String {
        heading(1, "Errors") + """
            \n
            A step's error has one of the codes that all connectors use: `invalid_input`, `auth_denied`, `not_found`, `conflict`, \
            `upstream`, `config` and `unsupported` stay as they are however often a step is tried; `rate_limited`, `unavailable`, \
            `timeout` and `auth_expired` are worth another attempt, after the time that the vendor asks for. The vendor's own \
            word stands in `vendor_code`.
            """
    }

    private func seconds(_ milliseconds: Int64) -> String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
