import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

struct VaultRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-data-keys", abstract: "Give tenants new data keys and seal their credentials anew.",
        discussion: """
            Hosts need not stop. When it is interrupted, call it again: it goes on with the key it had made; tenants that it had \
            done with get another one, unless --older-than leaves theirs. Exit status: 0 when everything is sealed with the \
            current keys, else 1.
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: VaultCommand.Reach

    @Option(
        name: .customLong("older-than"),
        help:
            "Leave keys that are younger: 30d, 12h. For a cron job, and to go on after an interruption among many tenants."
    )
    var age: String?

    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard let age, (try? DurationText.milliseconds(age)) == nil else { return }
        throw ValidationError("--older-than is a duration such as 30d or 12h; it is `\(age)`.")
    }

    func run() async throws {
        let limit = try age.map { SystemTime().now + -(try DurationText.milliseconds($0)) }
        try await Storage.using(host) { storage in
            let rotation = KeyRotation(storage.vault)
            var outcomes: [KeyRotation.Outcome] = []
            for tenant in try await reach.tenants(storage.tenants) {
                let outcome = try await rotation.rotate(tenant, keysOlderThan: limit)
                outcomes.append(outcome)
                if let key = outcome.key, !outcome.isLeft {
                    try await storage.took(
                        .keysRotated, "data_key", key.description, in: tenant,
                        details: ["resealed": .int(Int64(outcome.resealed))])
                }
                if !json { Console.print(outcome.text) }
            }
            if json { Console.print(json: ["items": .array(outcomes.map(\.json))]) }
            let failures = outcomes.flatMap(\.failures)
            guard failures.isEmpty else {
                throw CommandFailure("\(failures.count) credentials cannot be opened, and stay as they are.")
            }
        }
    }
}

extension KeyRotation.Outcome {
    fileprivate var text: String {
        guard let key else { return "\(tenant): no credentials, no key" }
        if isLeft { return "\(tenant): \(key) is young enough, and stays" }
        let lines = failures.map { "  \($0.name) cannot be opened: \($0.reason)" }
        return
            (["\(tenant): \(isContinued ? "went on with" : "made") \(key); sealed \(resealed) credentials anew"]
            + lines).joined(separator: "\n")
    }

    fileprivate var json: JSON {
        [
            "tenant": .string(tenant.description), "key": key.map { .string($0.description) } ?? .null,
            "continued": .bool(isContinued), "left": .bool(isLeft), "resealed": .int(Int64(resealed)),
            "deleted_keys": .int(Int64(deleted)),
            "failures": .array(failures.map { ["credential": .string($0.name), "reason": .string($0.reason)] }),
        ]
    }
}
