import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity
import PatchbayStorage

struct VaultRewrap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewrap", abstract: "Wrap all data keys with the key-encryption key that is configured now.",
        discussion: """
            Those before must still be there (PATCHBAY_OTHER_KEYS), and all hosts must have the new one. The secrets of \
            one-time codes, which the installation's own key seals, are sealed anew as well. May be interrupted and called \
            again. Exit status: 0 when nothing needs an earlier key any more, else 1.
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var reach: VaultCommand.Reach

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await Storage.using(host) { storage in
            let rewrap = KeyRewrap(storage.vault.keys, clock: SystemTime())
            var outcomes: [KeyRewrap.Outcome] = []
            for tenant in try await reach.tenants(storage.tenants) {
                outcomes.append(try await rewrap.rewrap(tenant))
                try await storage.took(
                    .keysRotated, "key_encryption_key", storage.vault.keys.ring.current.id, in: tenant)
            }
            let accounts = reach.id == nil ? try await sealAccountsAnew(storage) : (resealed: 0, failures: [])
            let failures = outcomes.flatMap(\.failures).map { (what: $0.key.description, reason: $0.reason) }
            report(outcomes, accounts.resealed, failures + accounts.failures, under: storage.vault.keys.ring.current.id)
            guard failures.isEmpty, accounts.failures.isEmpty else {
                throw CommandFailure("Not everything could be opened; what could not stays as it is.")
            }
        }
    }

    private typealias Failures = [(what: String, reason: String)]

    private func sealAccountsAnew(_ storage: Storage) async throws -> (resealed: Int, failures: Failures) {
        var (count, failures): (Int, Failures) = (0, [])
        var last: AccountID?
        while true {
            let found = try await storage.accounts.sealedSecrets(after: last, limit: 200)
            guard let end = found.last else { return (count, failures) }
            for (account, sealed) in found {
                do {
                    guard let anew = try AccountSecret.sealedAnew(sealed, of: account, under: storage.key) else {
                        continue
                    }
                    if try await storage.accounts.reseal(account, expecting: sealed, with: anew) { count += 1 }
                } catch let error as SecurityError {
                    failures.append((what: account.description, reason: error.message))
                }
            }
            last = end.account
        }
    }

    private func report(
        _ outcomes: [KeyRewrap.Outcome], _ accounts: Int, _ failures: Failures, under wrapper: String
    ) {
        let (keys, untouched) = outcomes.reduce((0, 0)) { ($0.0 + $1.rewrapped, $0.1 + $1.untouched) }
        if json {
            return Console.print(json: [
                "wrapper": .string(wrapper), "rewrapped": .int(Int64(keys)), "untouched": .int(Int64(untouched)),
                "accounts": .int(Int64(accounts)),
                "failures": .array(failures.map { ["id": .string($0.what), "reason": .string($0.reason)] }),
            ])
        }
        Console.print(
            "Wrapped \(keys) data keys with \(wrapper); \(untouched) were already. Sealed \(accounts) secrets of "
                + "one-time codes anew.")
        for failure in failures { Console.print("  \(failure.what) cannot be opened: \(failure.reason)") }
    }
}
