/// A way to write an address in a URL, made at random: the known ways around filters, and plain ones among them.
struct AddressSpelling: CustomStringConvertible {
    /// Where the URL leads, if anywhere: 4 or 16 bytes.
    var address: [UInt8]
    var host: String
    var url: String
    /// Nobody can take it for anything else, so it must be reached if it may be.
    var isPlain: Bool

    var description: String { "\(url) (\(address))" }

    init(_ random: inout Numbers) {
        let isV6 = random.chance(3)
        address = isV6 ? Self.sixteen(&random) : Self.four(&random)
        isPlain = random.chance(4)
        if isPlain {
            host = isV6 ? "[\(Self.groups(address))]" : address.map(String.init).joined(separator: ".")
        } else if isV6 {
            host = Self.spelled(sixteen: address, &random)
        } else if random.chance(5) {
            // The same address inside an IPv6 one.
            (address, host) = Self.carried(address, &random)
        } else {
            host = Self.disguised(Self.spelled(four: address, &random), &random)
        }
        url = "http://\(host)/"
        if !isPlain { decorate(&random) }
    }

    // MARK: Addresses

    private static let edges: [[UInt8]] = [
        [127, 0, 0, 1], [127, 255, 255, 254], [0, 0, 0, 0], [0, 0, 0, 1], [10, 0, 0, 1], [10, 255, 255, 255],
        [172, 16, 0, 1],
        [172, 31, 255, 255], [172, 32, 0, 1], [172, 15, 255, 255], [192, 168, 0, 1], [192, 168, 255, 255],
        [192, 169, 0, 1],
        [169, 254, 169, 254], [169, 254, 170, 2], [169, 253, 1, 1], [100, 64, 0, 1], [100, 100, 100, 200],
        [100, 128, 0, 1],
        [168, 63, 129, 16], [198, 18, 0, 1], [198, 20, 0, 1], [192, 0, 0, 192], [192, 0, 1, 1], [192, 0, 2, 1],
        [203, 0, 113, 7],
        [255, 255, 255, 255], [224, 0, 0, 1], [239, 1, 1, 1], [240, 0, 0, 1], [223, 255, 255, 254], [8, 8, 8, 8],
        [1, 1, 1, 1],
        [9, 255, 255, 255], [11, 0, 0, 1], [126, 255, 255, 255], [128, 0, 0, 1],
    ]

    static func four(_ random: inout Numbers) -> [UInt8] {
        random.chance(2) ? edges[random.below(edges.count)] : (0..<4).map { _ in random.byte() }
    }

    private static let prefixes: [[UInt8]] = [
        [0x26, 0x06, 0x47, 0], [0x20, 0x01, 0x48, 0x60], [0x2A, 0], [0xFD, 0, 0x0E, 0xC2], [0xFE, 0x80], [0xFE, 0xC0],
        [0xFC],
        [0xFF, 0x02], [0x20, 0x01, 0x0D, 0xB8], [0x20, 0x01, 0, 0], [0x20, 0x01, 0, 0x20], [0x20, 0x02, 0x7F, 0, 0, 1],
        [0x20, 0x02, 8, 8, 8, 8], [0x20, 0x02, 10, 0, 0, 1], [0x3F, 0xFF, 0], [0x5F, 0], [0x40], [0x80],
        [0, 0x64, 0xFF, 0x9B, 0, 1],
        [1], [0x20, 0x02, 0xA9, 0xFE, 0xA9, 0xFE],
    ]

    static func sixteen(_ random: inout Numbers) -> [UInt8] {
        switch random.below(4) {
        case 0: return (0..<16).map { _ in random.byte() }
        case 1: return [UInt8](repeating: 0, count: 15) + [random.chance(2) ? 1 : random.byte()]
        default:
            let prefix = prefixes[random.below(prefixes.count)]
            let isSparse = random.chance(2)
            let rest = (prefix.count..<16).map { $0 == 15 ? UInt8(1) : isSparse ? 0 : random.byte() }
            return prefix + rest
        }
    }

    // MARK: Hosts

    /// Mapped, compatible, translated in three ways, 6to4, Teredo (RFC 4380: the client's address, inverted).
    private static func carried(_ four: [UInt8], _ random: inout Numbers) -> ([UInt8], String) {
        let zeros = { (count: Int) in [UInt8](repeating: 0, count: count) }
        let heads: [[UInt8]] = [
            zeros(10) + [0xFF, 0xFF], zeros(10) + [0xFF, 0xFF], zeros(12), [0, 0x64, 0xFF, 0x9B] + zeros(8),
            zeros(8) + [0xFF, 0xFF, 0, 0], [0, 0x64, 0xFF, 0x9B, 0, 1] + zeros(6),
        ]
        let kind = random.below(heads.count + 2)
        if kind == heads.count {
            let address = [0x20, 0x02] + four + zeros(9) + [1]
            return (address, "[\(groups(address))]")
        }
        if kind > heads.count {
            let address = [0x20, 0x01, 0, 0, 8, 8, 8, 8, 0, 0, 0, 80] + four.map { ~$0 }
            return (address, "[\(groups(address))]")
        }
        let address = heads[kind] + four
        guard random.chance(2) else { return (address, "[\(groups(address))]") }
        let head = stride(from: 0, to: 12, by: 2).map {
            String(UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]), radix: 16)
        }
        return (address, "[" + (head + [four.map(String.init).joined(separator: ".")]).joined(separator: ":") + "]")
    }

    private static func groups(_ address: [UInt8]) -> String {
        stride(from: 0, to: 16, by: 2).map { String(UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }

    private static func spelled(sixteen address: [UInt8], _ random: inout Numbers) -> String {
        var text = groups(address)
        if random.chance(2) { text = text.uppercased() }
        if random.chance(3) {
            text = text.split(separator: ":").map { String(repeating: "0", count: 4 - $0.count) + $0 }.joined(
                separator: ":")
        }
        if random.chance(6) { text += ["%25lo", "%lo", "%251", "%25", "%2"][random.below(5)] }
        return random.chance(12) ? text : "[\(text)]"
    }

    /// As `inet_aton` reads: one to four parts, each decimal, octal or hexadecimal, the last one with all that is left.
    private static func spelled(four address: [UInt8], _ random: inout Numbers) -> String {
        let count = 1 + random.below(4)
        let last = address[(count - 1)...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return (address[..<(count - 1)].map { UInt64($0) } + [last]).map { number in
            switch random.below(5) {
            case 0: "0x" + String(number, radix: 16)
            case 1: "0X" + String(repeating: "0", count: random.below(3)) + String(number, radix: 16, uppercase: true)
            case 2: "0" + String(repeating: "0", count: random.below(3)) + String(number, radix: 8)
            // Read by some as if it were within 32 bits.
            case 3 where count == 1 && random.chance(3): String(number + (1 << 32))
            default: String(number)
            }
        }.joined(separator: ".")
    }

    private static let wide = Array("０１２３４５６７８９")
    private static let circled = Array("⓪①②③④⑤⑥⑦⑧⑨")
    private static let stops = ["。", "．", "｡"]

    private static func disguised(_ host: String, _ random: inout Numbers) -> String {
        switch random.below(10) {
        case 0: return host + String(repeating: ".", count: 1 + random.below(2))
        case 1:
            return host.map { character in
                guard let digit = character.wholeNumberValue, random.chance(2) else { return String(character) }
                return String(random.chance(3) ? circled[digit] : wide[digit])
            }.joined()
        case 2: return host.map { $0 == "." && random.chance(2) ? stops[random.below(3)] : String($0) }.joined()
        case 3:
            return host.utf8.map { byte in
                let letter = String(UnicodeScalar(byte))
                return random.chance(2) ? "%" + String(byte, radix: 16, uppercase: random.chance(2)) : letter
            }.joined()
        case 4: return host + ["%00", "%00.example.com", "%09", "%2e", "\t", " ", "%20"][random.below(7)]
        case 5: return "[\(host)]"
        default: return host
        }
    }

    // MARK: URLs

    private mutating func decorate(_ random: inout Numbers) {
        let elsewhere: [UInt8] = [8, 8, 4, 4]
        switch random.below(16) {
        case 0: url = "http://8.8.4.4@\(host)/"
        case 1: url = "http://8.8.4.4:80@\(host)/"
        case 2: url = "http://8.8.4.4\\@\(host)/"
        case 3: url = "http://8.8.4.4%40\(host)/"
        case 4: (url, address) = ("http://8.8.4.4#@\(host)/", elsewhere)
        case 5: (url, address) = ("http://8.8.4.4?@\(host)/", elsewhere)
        case 6: (url, address) = ("http://8.8.4.4/@\(host)/", elsewhere)
        case 7: url = "HTTP://\(host):80/"
        case 8: url = "http:///\(host)/"
        case 9: url = "http://\(host):0080/"
        case 10: url = "http://\(host):65616/"
        case 11: url = " http://\(host)/ "
        case 12: url = "ht\ttp://\(host)\n/"
        case 13: url = "http:\\\\\(host)\\"
        case 14: url = "//\(host)/"
        default: break
        }
    }
}

/// Numbers at random that a seed gives again (SplitMix64).
struct Numbers {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }
    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
}
