import PatchbayJSON

extension Manifest {
    /// TCP ports that the connector wants to connect to by itself; empty for those that only the host's requests need.
    var socketPorts: [UInt16] {
        let ports = document["permissions"]?["sockets"]?["ports"]?.array ?? []
        return ports.prefix(Self.mostSocketPorts).compactMap { $0.int.flatMap(UInt16.init(exactly:)) }.filter { $0 > 0 }
    }

    private static let mostSocketPorts = 64
}
