/// A network that does not belong to the public internet, or not to one receiver.
///
/// From the registries of special-purpose addresses (https://www.iana.org/assignments/iana-ipv4-special-registry and
/// iana-ipv6-special-registry) and of multicast; the metadata services of clouds lie inside link-local networks, except
/// those listed by themselves.
package struct ReservedNetwork: Sendable, Equatable {
    package let network: Network
    /// Continues a sentence that begins with the address: “a private address”.
    package let about: String

    init(_ network: StaticString, _ about: String) {
        guard let network = Network("\(network)") else { preconditionFailure("\(network) is no network") }
        self.network = network
        self.about = about
    }

    /// The narrowest that holds the address, or nil.
    static func containing(_ address: IPAddress) -> ReservedNetwork? {
        all.first { $0.network.contains(address) }
    }

    /// Narrow ones stand before those that contain them.
    static let all: [ReservedNetwork] = [
        ReservedNetwork("169.254.169.254/32", "a cloud's metadata service"),
        ReservedNetwork("169.254.170.2/32", "a cloud's metadata service"),
        ReservedNetwork("100.100.100.200/32", "a cloud's metadata service"),
        ReservedNetwork("168.63.129.16/32", "a cloud's metadata service"),
        ReservedNetwork("192.0.0.192/32", "a cloud's metadata service"),
        ReservedNetwork("0.0.0.0/32", "the unspecified address"),
        ReservedNetwork("0.0.0.0/8", "an address of “this network”"),
        ReservedNetwork("10.0.0.0/8", "a private address"),
        ReservedNetwork("100.64.0.0/10", "a carrier's shared address"),
        ReservedNetwork("127.0.0.0/8", "a loopback address"),
        ReservedNetwork("169.254.0.0/16", "a link-local address"),
        ReservedNetwork("172.16.0.0/12", "a private address"),
        ReservedNetwork("192.0.0.0/24", "an address for protocol assignments"),
        ReservedNetwork("192.0.2.0/24", "a documentation address"),
        ReservedNetwork("192.88.99.0/24", "a 6to4 relay address"),
        ReservedNetwork("192.168.0.0/16", "a private address"),
        ReservedNetwork("198.18.0.0/15", "a benchmarking address"),
        ReservedNetwork("198.51.100.0/24", "a documentation address"),
        ReservedNetwork("203.0.113.0/24", "a documentation address"),
        ReservedNetwork("224.0.0.0/4", "a multicast address"),
        ReservedNetwork("255.255.255.255/32", "the broadcast address"),
        ReservedNetwork("240.0.0.0/4", "a reserved address"),
        ReservedNetwork("::/128", "the unspecified address"),
        ReservedNetwork("::1/128", "a loopback address"),
        ReservedNetwork("fd00:ec2::254/128", "a cloud's metadata service"),
        ReservedNetwork("fd20:ce::254/128", "a cloud's metadata service"),
        ReservedNetwork("::/96", "an IPv4-compatible address"),
        ReservedNetwork("64:ff9b:1::/48", "a local translation (NAT64) address"),
        ReservedNetwork("100::/64", "a discard-only address"),
        ReservedNetwork("2001::/23", "an address for protocol assignments"),
        ReservedNetwork("2001:db8::/32", "a documentation address"),
        ReservedNetwork("3fff::/20", "a documentation address"),
        ReservedNetwork("5f00::/16", "a segment-routing address"),
        ReservedNetwork("fc00::/7", "a private (unique local) address"),
        ReservedNetwork("fe80::/10", "a link-local address"),
        ReservedNetwork("fec0::/10", "a site-local address"),
        ReservedNetwork("ff00::/8", "a multicast address"),
        // Whatever else is not in 2000::/3, the only part that is given out
        // (https://www.iana.org/assignments/ipv6-address-space).
        ReservedNetwork("::/3", "outside of the public addresses"),
        ReservedNetwork("4000::/2", "outside of the public addresses"),
        ReservedNetwork("8000::/1", "outside of the public addresses"),
    ]
}

extension IPAddress {
    /// The IPv4 address inside an IPv6 one: IPv4-mapped (`::ffff:0:0/96`, RFC 4291), IPv4-compatible (`::/96`, the
    /// same), IPv4-translated (`::ffff:0:0:0/96`, RFC 2765), NAT64 (`64:ff9b::/96`, RFC 6052), and 6to4 (`2002::/16`,
    /// RFC 3056); nil where there is none.
    package var carriedIPv4: IPAddress? {
        guard isIPv6 else { return nil }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return IPAddress(bytes: Array(bytes[2..<6])) }
        let head = Array(bytes[..<12])
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
        let compatible = [UInt8](repeating: 0, count: 12)
        let tail = Array(bytes[12...])
        if head == compatible { return tail[..<3] == [0, 0, 0] ? nil : IPAddress(bytes: tail) }
        let stateless = [UInt8](repeating: 0, count: 8) + [0xFF, 0xFF, 0, 0]
        return [mapped, translated, stateless].contains(head) ? IPAddress(bytes: tail) : nil
    }

    /// Whether it is another way of writing the IPv4 address that it carries, or the one way to it from a network without
    /// IPv4: what can be reached there is that address, and nothing else.
    var standsForIPv4: Bool {
        guard carriedIPv4 != nil else { return false }
        return bytes[..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
            || bytes[..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
    }
}
