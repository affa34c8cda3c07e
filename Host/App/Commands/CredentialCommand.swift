import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential", abstract: "Add, list and remove credentials.",
        subcommands: [Add.self, List.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Store a credential.",
            discussion: """
                Its secrets are asked for on the terminal, or read from standard input, one line each:
                  bearer: token; basic: username, password; api_key: key; secret: value
                Example: patchbay credential add team-slack --kind bearer --connector slack < token.txt
                """)

        @OptionGroup var host: HostOptions

        @Argument(help: "What nodes name it by.") var name: String

        @Option(help: "bearer, basic, api_key or secret.") var kind: String

        @Option(help: "The connector it is for.") var connector: String?

        @Option(
            name: .customLong("host"), help: "A host it may be sent to, where the connector may call any. Repeatable.")
        var hosts: [String] = []

        @Option(name: .customLong("set"), help: "A setting that goes with it: base_url=https://… Repeatable.")
        var settings: [String] = []

        @Option(help: "User name, for kind basic; asked for otherwise.") var username: String?

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            guard let kind = CredentialKind(rawValue: kind) else {
                let kinds = CredentialKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure("`\(kind)` is no kind of credential; there are \(kinds).")
            }
            var fields: [String: Secret] = [:]
            for field in kind.fields {
                if field == "username", let username {
                    fields[field] = Secret(username)
                } else {
                    fields[field] = Secret(try Prompt.secret(field))
                }
            }
            let settings = JSON.object(
                try Assignments.read(settings).reduce(into: JSONObject()) { $0[$1.name] = $1.value ?? "" })
            let added = fields
            try await Storage.using(host) { storage in
                let record = try await storage.vault.add(
                    name: name, kind: kind, connector: connector, fields: added, hosts: hosts, settings: settings,
                    in: .initial)
                if json {
                    Console.print(json: record.shown)
                } else {
                    Console.print("Stored \(record.name) (\(record.kind.rawValue)).")
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List names and kinds; secrets are never shown.")

        @OptionGroup var host: HostOptions

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                let records = try await storage.vault.list(in: .initial)
                if json { return Console.print(json: ["items": .array(records.map(\.shown))]) }
                Console.print(
                    table: records.map { record in
                        [record.name, record.kind.rawValue, record.connector ?? "any", record.createdAt.description]
                    },
                    heading: ["NAME", "KIND", "CONNECTOR", "CREATED"],
                    empty: "There are no credentials. Add one: patchbay credential add NAME --kind bearer")
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a credential.")

        @OptionGroup var host: HostOptions

        @Argument(help: "Its name.") var name: String

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await Storage.using(host) { storage in
                guard try await storage.vault.remove(named: name, in: .initial) else {
                    throw CommandFailure("There is no credential `\(name)`. See: patchbay credential list")
                }
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
    fileprivate var shown: JSON {
        [
            "id": .string(id.description), "name": .string(name), "kind": .string(kind.rawValue),
            "connector": connector.map(JSON.string) ?? .null, "hosts": .array(hosts.map(JSON.string)),
            "settings": settings, "created_at": .string(createdAt.description),
        ]
    }
}
