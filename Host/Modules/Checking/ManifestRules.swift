import PatchbayJSON
import PatchbayOutbound
import PatchbaySchemas

/// The checks that a manifest decides, and those that it decides together with what a child has seen.
struct ManifestRules {
    var manifest: Manifest

    /// Schemas that are none.
    var brokenSchemas: [String] {
        var texts: [String] = []
        func look(_ schema: JSON, _ place: String) {
            do throws(SchemaError) {
                _ = try Schema(schema)
            } catch {
                texts += error.problems.prefix(5).map { "\(place)\($0.place): \($0.message)" }
            }
        }
        look(manifest.settings, "/settings")
        for (index, operation) in manifest.operations.enumerated() {
            look(operation.input, "/operations/\(index)/input")
            look(operation.output, "/operations/\(index)/output")
        }
        return texts
    }

    func examples(_ plan: CheckPlan) -> CheckFinding {
        var texts: [String] = []
        for operation in manifest.operations {
            guard let schema = try? Schema(operation.input) else { continue }
            for (index, example) in manifest.examples(of: operation.id).enumerated() {
                texts += schema.validate(example).prefix(3).map {
                    "Example \(index + 1) of `\(operation.id)`: \($0.message) at \"\($0.instance)\"."
                }
            }
        }
        guard texts.isEmpty else { return CheckSuite.failed("examples", texts) }
        let uncalled = plan.withoutInputs.map {
            "`\($0)` has no example, and no value could be made of its schema: the checks call it with `{}`."
        }
        return CheckFinding(
            check: "examples", result: uncalled.isEmpty ? .passed : .warning, texts: uncalled,
            hint: uncalled.isEmpty ? "" : CheckDescription.named("examples").hint)
    }

    /// Why a check has nothing to say about this connector.
    func exemption(from check: CheckDescription) -> CheckFinding? {
        guard ["sockets", "same-answers"].contains(check.name), manifest.sockets != nil else { return nil }
        return CheckFinding(
            check: check.name, result: .skipped,
            texts: ["Its manifest declares sockets of its own (permissions.sockets)."])
    }

    /// A verdict with what the child could not judge.
    func judged(_ verdict: CheckVerdict, plan: CheckPlan) -> CheckFinding {
        var finding = verdict.finding
        var texts: [String] = []
        switch finding.check {
        case "output": texts = misfits(verdict.data["outputs"])
        case "secrets":
            texts = plan.canary.forms.filter { verdict.complaint.contains($0.text) }
                .map { "It wrote the secret of its credential, \($0.form), to standard error." }
        case "hosts": texts = strangers(verdict.data["addresses"], settings: plan.settings)
        case "process-state" where finding.result == .failed && hasEngine,
            "restarts" where finding.result == .failed && hasEngine:
            finding.result = .warning
            finding.texts.append("An engine that it declares does so, and it runs in a process of its own.")
            return finding
        default: return finding
        }
        guard !texts.isEmpty else { return finding }
        if finding.result != .crashed { finding.result = .failed }
        finding.texts += texts
        finding.hint = CheckDescription.named(finding.check).hint
        return finding
    }

    /// Whether it brings an engine that takes signals for itself, to stop its threads and to catch its own faults, and stays
    /// out of the host with it.
    private var hasEngine: Bool { manifest.libraries.contains(.javaScriptCore) && manifest.isolation == .runner }

    /// Outputs that a child has gathered, as `{"operation", "output"}`.
    func misfits(_ outputs: JSON?) -> [String] {
        var texts: [String] = []
        for entry in outputs?.array ?? [] {
            guard let id = entry["operation"]?.string, let operation = manifest.operation(id),
                let text = entry["output"]?.string, let output = try? JSON(parsing: text),
                let schema = try? Schema(operation.output)
            else { continue }
            for violation in schema.validate(output).prefix(3) {
                let words =
                    "The output of `\(id)` does not fit its schema: \(violation.message) at \"\(violation.instance)\"."
                if !texts.contains(words) { texts.append(words) }
            }
            if texts.count > 10 { break }
        }
        return texts
    }

    /// Addresses that a child has seen requests for, and that the manifest does not allow.
    func strangers(_ addresses: JSON?, settings: JSON) -> [String] {
        var texts: [String] = []
        for text in addresses?.array?.compactMap(\.string) ?? [] {
            guard let place = Place(text) else {
                texts.append("A request went to what is no address: \(text.prefix(100))")
                continue
            }
            let isAllowed = manifest.hosts.contains { host in
                switch host {
                case .any: true
                case .setting(let name): settings[name]?.string.flatMap(Place.init) == place
                case .pattern(let pattern): pattern.matches(host: place.host, port: place.port, scheme: place.scheme)
                }
            }
            if !isAllowed {
                texts.append("A request went to \(text.prefix(100)), which permissions.hosts does not name.")
            }
        }
        return texts
    }

    /// Where a URL leads. Read simply: what is odd about it does not match, and is told.
    private struct Place: Equatable {
        var scheme: String
        var host: String
        var port: Int

        init?(_ url: String) {
            let parts = url.lowercased().split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count > 2, parts[0] == "https:" || parts[0] == "http:", parts[1].isEmpty else { return nil }
            scheme = String(parts[0].dropLast())
            let authority = parts[2].prefix { $0 != "?" && $0 != "#" }
            let digits = authority.reversed().prefix { $0.isNumber }.count
            if digits > 0, authority.dropLast(digits).last == ":", let port = Int(authority.suffix(digits)) {
                host = String(authority.dropLast(digits + 1))
                self.port = port
            } else {
                host = String(authority)
                port = scheme == "https" ? 443 : 80
            }
            guard !host.isEmpty else { return nil }
        }
    }
}
