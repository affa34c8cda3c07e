/// Says by numbers alone which addresses belong to the public internet: what the filter is held against. It shares nothing with
/// it but the registries (https://www.iana.org/assignments/iana-ipv4-special-registry, iana-ipv6-special-registry,
/// ipv6-address-space).
enum AddressOracle {
    /// First and last of what is nobody's or not everybody's.
    private static let reserved: [ClosedRange<UInt32>] = [
        0x0000_0000...0x00FF_FFFF, 0x0A00_0000...0x0AFF_FFFF, 0x6440_0000...0x647F_FFFF, 0x7F00_0000...0x7FFF_FFFF,
        0xA9FE_0000...0xA9FE_FFFF, 0xAC10_0000...0xAC1F_FFFF, 0xC000_0000...0xC000_00FF, 0xC000_0200...0xC000_02FF,
        0xC058_6300...0xC058_63FF, 0xC0A8_0000...0xC0A8_FFFF, 0xC612_0000...0xC613_FFFF, 0xC633_6400...0xC633_64FF,
        0xCB00_7100...0xCB00_71FF, 0xE000_0000...0xFFFF_FFFF,
        // Azure's wire server, which answers in a public network.
        0xA83F_8110...0xA83F_8110,
    ]

    static func isPublic(_ bytes: [UInt8]) -> Bool {
        if bytes.count == 4 {
            let number = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return !reserved.contains { $0.contains(number) }
        }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        if groups[..<6] == [0, 0, 0, 0, 0, 0xFFFF] || groups[..<6] == [0x64, 0xFF9B, 0, 0, 0, 0] {
            return isPublic(Array(bytes[12...]))
        }
        guard (0x2000...0x3FFF).contains(groups[0]) else { return false }
        switch groups[0] {
        case 0x2001: return groups[1] > 0x01FF && groups[1] != 0x0DB8
        case 0x2002: return isPublic(Array(bytes[2..<6]))
        case 0x3FFF: return groups[1] > 0x0FFF
        default: return true
        }
    }
}
