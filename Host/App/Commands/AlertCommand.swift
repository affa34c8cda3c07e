import ArgumentParser
import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayStorage

/// `patchbay alert`: who is told of what, from the host's own machine.
struct AlertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alert", abstract: "See which alerts fire; make, switch, test and delete them.",
        subcommands: [List.self, Show.self, AlertCreate.self, Enable.self, Disable.self, Test.self, Delete.self])

    /// One alert, by its id.
    struct Named: ParsableArguments {
        @OptionGroup var reach: TenantOptions

        @Argument(help: "Id of an alert (alert_…).") var alert: String

        func rule(in storage: Storage) async throws -> AlertRule {
            guard let id = AlertID(alert) else {
                throw CommandFailure("`\(alert)` is no alert's id; these are alert_ and 26 characters.")
            }
            guard let rule = try await storage.alerts.alert(id, in: try await reach.tenant(in: storage)) else {
                throw CommandFailure("There is no alert \(id): patchbay alert list")
            }
            return rule
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List alerts with how they stand.")

        @OptionGroup var host: HostOptions
        @OptionGroup var reach: TenantOptions

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                let rules = try await storage.alerts.all(in: try await reach.tenant(in: storage))
                if json { return Console.print(json: ["items": .array(rules.map(\.shown))]) }
                Console.print(
                    table: rules.map { rule in
                        [
                            rule.id.description, rule.draft.name, rule.status, rule.draft.condition.kind.rawValue,
                            rule.measured,
                        ]
                    }, heading: ["ALERT", "NAME", "STATUS", "CONDITION", "LAST VALUE"], empty: "There are no alerts.")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show an alert and what came of it last.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                let rule = try await named.rule(in: storage)
                let history = try await storage.alerts.history(
                    of: rule.id, in: rule.tenant, page: PageRequest(limit: 20)
                ).items
                if json {
                    guard case .object(var object) = rule.shown else { return }
                    object["history"] = .array(history.map(\.shown))
                    return Console.print(json: .object(object))
                }
                Console.print("\(rule.draft.name) (\(rule.status))\n\(rule.draft.condition.json.text)")
                for target in rule.draft.targets { Console.print("tells  \(target.json.text)") }
                Console.print(
                    table: history.map { entry in
                        [
                            entry.event.at.description, entry.event.kind.rawValue,
                            entry.event.value.map { "\($0)" } ?? "",
                            entry.deliveries.map {
                                "\($0.message.channel.rawValue) \($0.status.rawValue)"
                            }.joined(separator: ", "),
                        ]
                    }, heading: ["TIME", "EVENT", "VALUE", "MESSAGES"], empty: "Nothing has come of it yet.")
            }
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Switch an alert on; it begins anew.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named
        @Flag(help: "Print JSON.") var json = false

        func run() async throws { try await AlertCommand.set(enabled: true, named, host, json: json) }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Switch an alert off.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named
        @Flag(help: "Print JSON.") var json = false

        func run() async throws { try await AlertCommand.set(enabled: false, named, host, json: json) }
    }

    private static func set(enabled: Bool, _ named: Named, _ host: HostOptions, json: Bool) async throws {
        try await Storage.using(host) { storage in
            let rule = try await named.rule(in: storage)
            let changed = try await storage.alerts.setEnabled(enabled, rule.id, in: rule.tenant, at: SystemTime().now)
            guard let changed else { throw CommandFailure("The alert is gone.") }
            try await storage.took(
                enabled ? .alertEnabled : .alertDisabled, "alert", rule.id.description, in: rule.tenant)
            if json { return Console.print(json: changed.shown) }
            Console.print("\(changed.draft.name) is \(enabled ? "on" : "off").")
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a sample to all that an alert tells; a running host sends it.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        func run() async throws {
            try await Storage.using(host) { storage in
                let rule = try await named.rule(in: storage)
                let now = SystemTime().now
                let (event, notices) = AlertMessage.sample(of: rule, at: now).made(.new(at: now))
                try await storage.alerts.put(event, notices, in: rule.tenant)
                try await storage.took(.alertTested, "alert", rule.id.description, in: rule.tenant)
                Console.print(
                    "\(notices.count) messages wait to be sent; what became of them: patchbay alert show \(rule.id)")
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete an alert.")

        @OptionGroup var host: HostOptions
        @OptionGroup var named: Named

        func run() async throws {
            try await Storage.using(host) { storage in
                let rule = try await named.rule(in: storage)
                guard try await storage.alerts.delete(rule.id, in: rule.tenant, expecting: nil) else {
                    throw CommandFailure("The alert is gone.")
                }
                try await storage.took(.alertDeleted, "alert", rule.id.description, in: rule.tenant)
                Console.print("Deleted \(rule.draft.name).")
            }
        }
    }
}

extension AlertRule {
    fileprivate var status: String { isEnabled ? (state.isFiring ? "firing" : "ok") : "disabled" }

    fileprivate var measured: String {
        guard let value else { return "" }
        return switch draft.condition.kind.unit {
        case .runs: "\(value)"
        case .percent: "\(value) %"
        case .milliseconds: DurationText.text(value)
        }
    }

    var shown: JSON {
        [
            "id": .string(id.description), "name": .string(draft.name), "status": .string(status),
            "workflow_id": draft.scope.workflow.map { .string($0.description) } ?? .null,
            "tag": draft.scope.tag.map(JSON.string) ?? .null, "condition": draft.condition.json,
            "notify": .array(draft.targets.map(\.json)), "quiet": .string(DurationText.text(draft.quiet)),
            "value": value.map(JSON.int) ?? .null, "version": .int(Int64(version)),
        ]
    }
}

extension AlertHistory {
    fileprivate var shown: JSON {
        [
            "event": .string(event.kind.rawValue), "at": .string(event.at.description),
            "value": event.value.map(JSON.int) ?? .null,
            "run_ids": .array(event.runs.map { .string($0.description) }),
            "notices": .array(
                deliveries.map {
                    [
                        "channel": .string($0.message.channel.rawValue), "to": .string($0.message.recipient),
                        "status": .string($0.status.rawValue), "error": $0.error.map(JSON.string) ?? .null,
                    ]
                }),
        ]
    }
}

extension Storage {
    var alerts: PostgresAlertStore { PostgresAlertStore(database.api) }
}
