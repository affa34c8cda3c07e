import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayStorage

/// A submitted package, and what is to become of it.
struct PackageChange: ParsableArguments {
    @OptionGroup var change: ConnectorChange

    func apply(_ event: SubmissionEvent, _ reasons: String, as action: AuditAction) async throws {
        let pin = try change.pin()
        try await Storage.using(change.host) { storage in
            let now = SystemTime().now
            let changed = try await Self.translating {
                try await storage.submissions.apply(event, to: pin, by: Caller.name, reasons: reasons, at: now)
            }
            guard let changed else { throw Self.missing(pin) }
            try await storage.took(action, "package", pin.description, in: nil, details: Self.details(reasons))
            tell(changed, changed.submission.state.rawValue)
        }
    }

    func recall(_ kind: PackageRecall.Kind?, _ reason: String, as action: AuditAction) async throws {
        let pin = try change.pin()
        try await Storage.using(change.host) { storage in
            let now = SystemTime().now
            let recall = kind.map { PackageRecall(kind: $0, reason: reason, by: Caller.name, at: now) }
            guard let changed = try await storage.submissions.recall(recall, of: pin) else { throw Self.missing(pin) }
            try await storage.took(action, "package", pin.description, in: nil, details: Self.details(reason))
            tell(changed, kind?.rawValue ?? "offered again")
            let needs = try await storage.connectors.needs(of: pin, limit: 20)
            guard !change.json, kind != nil, !needs.isEmpty else { return }
            Console.note("\(needs.workflowCount) workflows and \(needs.runCount) runs go on with it.")
            for workflow in needs.workflows { Console.note("  \(workflow.id)  \(workflow.name)") }
        }
    }

    private func tell(_ package: PackageSubmission, _ word: String) {
        if change.json { Console.print(json: package.printed) } else { Console.print("\(package.pin) is \(word).") }
    }

    private static func details(_ reasons: String) -> JSONObject {
        reasons.isEmpty ? [:] : ["reasons": .string(reasons.shortened(to: 200))]
    }

    static func missing(_ pin: ConnectorPin) -> CommandFailure {
        CommandFailure("There is no package \(pin): patchbay connector published")
    }

    /// Says to people why it was not done.
    static func translating<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let conflict as PackageConflict {
            switch conflict {
            case .state(let state): throw CommandFailure("It is \(state.rawValue), and this cannot be done to it.")
            case .connectorTaken(let id):
                throw CommandFailure("Another tenant publishes \(id), or has submitted this version.")
            case .tooManyPending(let most): throw CommandFailure("\(most) packages of the tenant wait already.")
            case .quarantined(let pin):
                throw CommandFailure("\(pin) is quarantined: patchbay connector restore \(pin)")
            }
        }
    }
}

struct ConnectorApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Let a submitted package be published.")

    @OptionGroup var package: PackageChange

    @Flag(help: "Another key has signed it than the version before, and its publisher has confirmed that.")
    var acceptSigner = false

    func run() async throws {
        let pin = try package.change.pin()
        if !acceptSigner {
            try await Storage.using(package.change.host) { storage in
                guard let submission = try await storage.submissions.submission(of: pin) else {
                    throw PackageChange.missing(pin)
                }
                let before = submission.predecessor(among: try await storage.submissions.published(pin.connector))
                guard let before, before.content.signer != submission.content.signer else { return }
                throw CommandFailure(
                    "\(before.pin) bears the signature of another key. If its publisher has confirmed the new one: "
                        + "--accept-signer")
            }
        }
        try await package.apply(.approve, "", as: .packageApproved)
    }
}

struct ConnectorReject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Say why a submitted package is not published.")

    @OptionGroup var package: PackageChange

    @Option(help: "What its publisher reads.") var reasons: String

    func run() async throws { try await package.apply(.reject, reasons, as: .packageRejected) }
}

struct ConnectorYank: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "yank", abstract: "Advise against a published version; what is pinned to it goes on.")

    @OptionGroup var package: PackageChange

    @Option(help: "What those read who want to install it.") var reason: String

    func run() async throws { try await package.recall(.yanked, reason, as: .packageYanked) }
}

struct ConnectorQuarantine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Take a published version out of sight, and let nothing more of the connector be published.")

    @OptionGroup var package: PackageChange

    @Option(help: "What is suspected.") var reason: String

    func run() async throws { try await package.recall(.quarantined, reason, as: .packageQuarantined) }
}

struct ConnectorRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Offer a version again that was yanked or quarantined.")

    @OptionGroup var package: PackageChange

    func run() async throws { try await package.recall(nil, "", as: .packageRestored) }
}
