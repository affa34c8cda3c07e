/// What the operator lets the calls of one tenant reach. It only narrows: what a connector declares and what the host's own
/// policy opens hold as well.
package struct TenantEgress: Sendable, Equatable {
    /// Nothing but these; nil: no limit.
    package var hosts: [HostPattern]?
    /// Of the networks that the host opens (`EgressPolicy.setting`), those that are open to this tenant; nil: all of them.
    package var networks: [Network]?

    /// No limits of its own.
    package static let unlimited = TenantEgress()

    package init(hosts: [HostPattern]? = nil, networks: [Network]? = nil) {
        self.hosts = hosts
        self.networks = networks
    }

    /// From their texts. Throws the first that is no host, or no network.
    package init(hosts: [String]?, networks: [String]?) throws(TenantEgressError) {
        func read<Value>(
            _ texts: [String]?, _ what: String, _ make: (String) -> Value?
        ) throws(TenantEgressError) -> [Value]? {
            guard let texts else { return nil }
            var values: [Value] = []
            for text in texts {
                guard let value = make(text) else { throw TenantEgressError(item: text, needed: what) }
                values.append(value)
            }
            return values
        }
        self.hosts = try read(hosts, "host, such as api.example.com, *.example.com:8443 or *") { HostPattern($0) }
        self.networks = try read(networks, "network, such as 10.0.0.0/8") { Network($0) }
    }

    /// Why a request may not go there by its URL; nil when it may.
    func refusal(of url: OutboundURL) -> String? {
        guard let hosts, !hosts.contains(where: { $0.matches(url) }) else { return nil }
        return Self.refusal(of: url.comparableHost, url.port, hosts)
    }

    /// The same for a connection that is no request.
    func refusal(ofHost host: String, port: Int?) -> String? {
        guard let hosts, !hosts.contains(where: { $0.matches(connectionTo: host, port: port) }) else { return nil }
        return Self.refusal(of: host, port, hosts)
    }

    /// The same for an address, which the host itself lets through by its policy.
    func refusal(of address: IPAddress, within policy: EgressPolicy) -> String? {
        guard let networks, policy.isOpened(address), EgressPolicy().refusal(of: address) != nil,
            !EgressPolicy(allowing: networks).isOpened(address)
        else { return nil }
        return "\(address) lies in a network that the operator has not opened to this tenant"
    }

    private static func refusal(of host: String, _ port: Int?, _ hosts: [HostPattern]) -> String {
        let list = hosts.isEmpty ? "none" : hosts.map(\.description).joined(separator: ", ")
        return "\(host)\(port.map { ":\($0)" } ?? "") is not among the hosts that the operator lets this tenant reach: "
            + list
    }
}

/// A part of a tenant's rules that cannot be read.
package struct TenantEgressError: Error, Sendable, Equatable, CustomStringConvertible {
    package var item: String
    package var needed: String

    package var description: String { "“\(item)” is no \(needed)." }
}
