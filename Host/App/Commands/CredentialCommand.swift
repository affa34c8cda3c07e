import ArgumentParser
import Logging
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbaySecurity

struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential", abstract: "Add, list, change and remove credentials.",
        subcommands: [
            Add.self, List.self, CredentialShow.self, CredentialChangeCommand.self, CredentialUsers.self, Remove.self,
            CredentialAuthorize.self,
            CredentialTest.self,
        ])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Store a credential.",
            discussion: """
                Its secrets are asked for on the terminal, or read from standard input, one line each:
                  bearer: token; basic: username, password; api_key: key; secret: value; oauth2: client_secret
                What else a kind has is given with --field: client_id, scopes, grant, authorize_url, token_url, revoke_url,
                client_authentication. A connector may know its provider's URLs.
                Example: patchbay credential add team-slack --kind bearer --connector slack < token.txt
                """)

        @OptionGroup var host: HostOptions
        @OptionGroup var reach: TenantOptions

        @Argument(help: "What nodes name it by.") var name: String

        @Option(help: "bearer, basic, api_key, secret or oauth2.") var kind: String

        @Option(help: "The connector it is for.") var connector: String?

        @Option(
            name: .customLong("host"), help: "A host it may be sent to, where the connector may call any. Repeatable.")
        var hosts: [String] = []

        @Option(name: .customLong("set"), help: "A setting that goes with it: base_url=https://… Repeatable.")
        var settings: [String] = []

        @Option(help: "User name, for kind basic; asked for otherwise.") var username: String?

        @Option(name: .customLong("field"), help: "A field that is no secret, for kind oauth2: client_id=… Repeatable.")
        var named: [String] = []

        @Flag(help: "For kind oauth2: the client has no secret.") var isPublic = false

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            guard let kind = CredentialKind(rawValue: kind) else {
                let kinds = CredentialKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure("`\(kind)` is no kind of credential; there are \(kinds).")
            }
            var fields: [String: Secret] = [:]
            for text in named {
                guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                    throw CommandFailure("`\(text)` is no field; write name=value.")
                }
                fields[String(text[..<equals])] = Secret(String(text[text.index(after: equals)...]))
            }
            for field in kind == .oauth2 ? (isPublic ? [] : ["client_secret"]) : kind.fields where fields[field] == nil
            {
                if field == "username", let username {
                    fields[field] = Secret(username)
                } else {
                    fields[field] = Secret(try Prompt.secret(field))
                }
            }
            let settings = JSON.object(
                try Assignments.read(settings).reduce(into: JSONObject()) { $0[$1.name] = $1.value ?? "" })
            // What the connector knows of its provider is no secret, and need not be typed.
            let registry =
                kind == .oauth2 && connector != nil
                ? try await ConnectorRegistry.scanned(
                    try await host.configuration(quiet: true),
                    log: Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }) : nil
            let added = registry?.completing(fields, kind: kind, of: connector) ?? fields
            try await Storage.using(host) { storage in
                let tenant = try await reach.tenant(in: storage)
                let record = try await storage.vault.add(
                    name: name, kind: kind, connector: connector, fields: added, hosts: hosts, settings: settings,
                    in: tenant)
                try await storage.took(
                    .credentialCreated, "credential", record.id.description, in: tenant,
                    details: ["name": .string(record.name)])
                if json {
                    Console.print(json: record.shown)
                } else {
                    Console.print("Stored \(record.name) (\(record.kind.rawValue)).")
                    if record.state == .authorise {
                        Console.print("Authorise it next: patchbay credential authorize \(record.name)")
                    }
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List names and kinds; secrets are never shown.")

        @OptionGroup var host: HostOptions
        @OptionGroup var reach: TenantOptions

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                let tenant = try await reach.tenant(in: storage)
                let records = try await storage.vault.list(in: tenant)
                if json { return Console.print(json: ["items": .array(records.map(\.shown))]) }
                Console.print(
                    table: records.map { record in
                        [
                            record.name, record.kind.rawValue, record.connector ?? "any", record.state.rawValue,
                            record.createdAt.description,
                        ]
                    },
                    heading: ["NAME", "KIND", "CONNECTOR", "STATE", "CREATED"],
                    empty: "There are no credentials. Add one: patchbay credential add NAME --kind bearer")
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a credential.")

        @OptionGroup var host: HostOptions
        @OptionGroup var reach: TenantOptions

        @Argument(help: "Its name.") var name: String

        @Flag(name: .customLong("force"), help: "Also when workflows or alerts use it.") var isForced = false

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                let tenant = try await reach.tenant(in: storage)
                let users = isForced ? [] : try await storage.namesOfUsers(of: name, in: tenant)
                guard users.isEmpty else {
                    throw CommandFailure(
                        "The \(users[0]) uses `\(name)`. See: patchbay credential used-by \(name). To "
                            + "remove it all the same: --force")
                }
                guard try await storage.vault.remove(named: name, in: tenant) else {
                    throw CommandFailure("There is no credential `\(name)`. See: patchbay credential list")
                }
                try await storage.took(.credentialDeleted, "credential", name, in: tenant)
                if json {
                    Console.print(json: ["removed": .string(name)])
                } else {
                    Console.print("Removed \(name).")
                }
            }
        }
    }
}

extension CredentialRecord {
    /// Everything but its secrets.
    var shown: JSON {
        [
            "id": .string(id.description), "name": .string(name), "kind": .string(kind.rawValue),
            "connector": connector.map(JSON.string) ?? .null, "hosts": .array(hosts.map(JSON.string)),
            "settings": settings, "shared_with": sharedWith.map { .array($0.map(JSON.string)) } ?? .null,
            "state": .string(state.rawValue), "reason": reason.map(JSON.string) ?? .null,
            "created_at": .string(createdAt.description), "updated_at": .string(updatedAt.description),
        ]
    }
}
