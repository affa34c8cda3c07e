/// A range of addresses: `10.0.0.0/8`, `::1/128`, or a single address.
package struct Network: Sendable, Hashable {
    let address: IPAddress
    let prefix: Int

    /// Nil when the text is no address with an optional prefix length that fits it, or when bits past the prefix are
    /// set.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = IPAddress(String(parts[0])) else { return nil }
        let width = address.bytes.count * 8
        var prefix = width
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
                let length = Int(parts[1]), length <= width
            else { return nil }
            prefix = length
        }
        self.address = address
        self.prefix = prefix
        let host = address.bytes.enumerated().contains { index, byte in byte & ~mask(index) != 0 }
        if host { return nil }
    }

    package func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        return address.bytes.indices.allSatisfy { (other.bytes[$0] ^ address.bytes[$0]) & mask($0) == 0 }
    }

    /// The bits of one byte that the prefix covers.
    private func mask(_ index: Int) -> UInt8 {
        let covered = min(max(prefix - index * 8, 0), 8)
        return covered == 0 ? 0 : 0xFF << (8 - UInt8(covered))
    }
}

extension Network: CustomStringConvertible {
    package var description: String { "\(address)/\(prefix)" }
}
