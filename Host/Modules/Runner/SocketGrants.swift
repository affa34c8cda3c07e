/// Which connectors may connect by themselves from their runners, to the ports that their manifests declare and to those
/// that the operator adds, because servers are not always where they usually are.
package struct SocketGrants: Sendable, Equatable, ExpressibleByArrayLiteral {
    private var ports: [String: Set<UInt16>] = [:]

    /// As many as a runner's terms hold.
    private static let mostPorts = 256

    package init(arrayLiteral ids: String...) {
        for id in ids { ports[id] = [] }
    }

    /// With further ports.
    package init(_ ports: [String: Set<UInt16>]) { self.ports = ports }

    /// Words such as `redis` and `postgresql:25060`, where the second is one of possibly many for that connector. Nil when one
    /// of them is neither.
    package init?(parsing words: [String]) {
        for word in words {
            let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let id = parts.first, !id.isEmpty else { return nil }
            ports[String(id), default: []].formUnion([])
            guard parts.count == 2 else { continue }
            guard let port = UInt16(parts[1]), port > 0 else { return nil }
            ports[String(id)]?.insert(port)
        }
    }

    /// What the connector's runners may connect to; empty for nothing.
    ///
    /// - Parameter isGranted: It was granted when it was installed.
    func ports(of manifest: Manifest, isGranted: Bool) -> [UInt16] {
        guard let declared = manifest.sockets?.ports, isGranted || ports[manifest.id] != nil else { return [] }
        let added = (ports[manifest.id] ?? []).subtracting(declared).sorted()
        return Array((declared + added).prefix(Self.mostPorts))
    }
}
