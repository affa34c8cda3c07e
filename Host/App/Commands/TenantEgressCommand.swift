import ArgumentParser
import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import PatchbayStorage

/// `patchbay tenant egress`
struct TenantEgressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "egress", abstract: "Change where a tenant's calls may go, or see it.",
        discussion: """
            It only narrows: connectors reach what their manifests declare, and private networks only where \
            PATCHBAY_ALLOW_NETWORKS opens them.
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var named: TenantCommand.Named

    @Option(
        help: "The only hosts, with commas: api.example.com,*.example.com:8443; any lifts the limit, none refuses all.")
    var hosts: String?

    @Option(
        help: "Of the networks that the host opens, the only ones: 10.1.0.0/16; any lifts the limit, none refuses all.")
    var networks: String?

    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await Storage.using(host) { storage in
            guard try await storage.tenants.tenant(named.tenant) != nil else { throw named.missing }
            let store = PostgresTenantEgressStore(storage.database.engine)
            let before = try await store.egress(of: named.tenant)
            let rules = EgressRules(
                hosts: Self.list(hosts, else: before.hosts), networks: Self.list(networks, else: before.networks))
            if rules != before {
                do { _ = try TenantEgress(hosts: rules.hosts, networks: rules.networks) } catch {
                    throw CommandFailure("\(error)")
                }
                guard try await store.setEgress(rules, of: named.tenant) else { throw named.missing }
                try await storage.took(
                    .limitsChanged, "tenant", named.id, in: named.tenant,
                    changes: ["egress": ["old": before.shown, "new": rules.shown]])
            }
            if json { return Console.print(json: rules.shown) }
            func text(_ list: [String]?) -> String {
                list.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") } ?? "any"
            }
            Console.print(
                table: [["hosts", text(rules.hosts)], ["opened networks", text(rules.networks)]],
                heading: ["OF", "REACHED"],
                empty: "")
        }
    }

    /// Nil for any.
    private static func list(_ text: String?, else present: [String]?) -> [String]? {
        switch text {
        case nil: present
        case "any": nil
        case "none": []
        case let text?:
            text.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
        }
    }
}

extension EgressRules {
    fileprivate var shown: JSON {
        func list(_ texts: [String]?) -> JSON { texts.map { .array($0.map(JSON.string)) } ?? .null }
        return ["hosts": list(hosts), "networks": list(networks)]
    }
}
