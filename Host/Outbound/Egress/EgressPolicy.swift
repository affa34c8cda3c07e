/// Which addresses may be connected to. Reserved ones (`ReservedNetwork`) are refused unless the operator allows the
/// network they lie in; all others may be reached.
///
/// It is asked with the resolved address, at the moment of connecting, so that no name and no later answer of a name
/// server gets around it.
package struct EgressPolicy: Sendable, Equatable {
    /// The setting that changes it.
    package static let setting = "PATCHBAY_ALLOW_NETWORKS"

    package var allowed: [Network]

    package init(allowing networks: [Network] = []) {
        allowed = networks
    }

    /// Reads the setting's value: networks with commas between, such as `127.0.0.0/8,::1/128`.
    package init(parsing text: String) throws(EgressSettingError) {
        allowed = []
        for part in text.split(separator: ",") {
            let item = String(part.trimmingSpaces)
            guard !item.isEmpty else { continue }
            guard let network = Network(item) else { throw EgressSettingError(item: item) }
            allowed.append(network)
        }
    }

    /// Whether the operator has opened the network that the address lies in, whatever network that is.
    package func isOpened(_ address: IPAddress) -> Bool {
        let target = address.carriedIPv4 ?? address
        return allowed.contains { $0.contains(target) || $0.contains(address) }
    }

    /// Why the address is refused; nil when it may be reached.
    package func refusal(of address: IPAddress) -> EgressRefusal? {
        // An address that carries another one leads to that one.
        let target = address.carriedIPv4 ?? address
        if isOpened(address) { return nil }
        let reserved =
            ReservedNetwork.containing(target)
            ?? (address.standsForIPv4 ? nil : ReservedNetwork.containing(address))
        guard let reserved else { return nil }
        return EgressRefusal(address: address, network: reserved)
    }
}

/// An address that may not be reached, and the reserved network it lies in.
package struct EgressRefusal: Sendable, Equatable, CustomStringConvertible {
    package var address: IPAddress
    package var network: ReservedNetwork

    /// Names the address, why it is refused, and the setting to change.
    package var description: String {
        "\(address) is \(network.about); connecting there is refused unless \(EgressPolicy.setting) holds a network "
            + "with it, such as \(address.carriedIPv4 ?? address)/\((address.carriedIPv4 ?? address).bytes.count * 8)"
    }
}

/// A part of the setting is no network.
package struct EgressSettingError: Error, Sendable, Equatable, CustomStringConvertible {
    package var item: String

    package init(item: String) { self.item = item }

    package var description: String {
        "\(EgressPolicy.setting): “\(item)” is no network. Write networks as address/prefix, with zeros behind the "
            + "prefix and commas between them: 10.0.0.0/8,::1/128"
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
