import Glibc

/// A secret that is looked for afterwards, wherever it may have got to. It holds what encoders treat in ways of their own.
package struct Canary: Sendable {
    package let secret: String
    package let user: String

    /// Whether it can be a part of a host's name.
    package let isPlain: Bool

    /// - Parameters:
    ///   - isASCII: For what goes into a header as it is.
    ///   - isPlain: Of letters and digits alone.
    package init(_ name: String, isASCII: Bool = false, isPlain: Bool = false) {
        self.isPlain = isPlain
        func words(_ salt: UInt64, _ count: Int) -> String {
            var state = name.utf8.reduce(salt) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            return String(
                (0..<count).map { _ in
                    state = (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9 &+ 1
                    return Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")[Int(state >> 33) % 56]
                })
        }
        user = "canary-" + name
        let awkward = isASCII ? "!" : "äß€𝄞"
        secret =
            isPlain
            ? words(1, 50)
            : words(1, 20) + "\"q'41%+/=<&>\\~" + words(2, 40) + awkward + words(3, 60) + "%2F+/==" + words(4, 25)
    }

    /// The ways in which something between a connector and an operator may write it.
    package var forms: [(name: String, text: String)] {
        let percent = Self.percent(secret, leaving: "-._~")
        return [
            ("plain", secret), ("lower case", secret.lowercased()), ("percent", percent),
            ("percent, lower case", Self.lowerEscapes(percent)),
            ("percent, path", Self.percent(secret, leaving: "-._~/!'")),
            ("form", Self.percent(secret, leaving: "-._*")), ("percent twice", Self.percent(percent, leaving: "-._~")),
            ("base 64", Self.base64(secret)), ("base 64 for URLs", Self.urlSafe(Self.base64(secret))),
            ("base 64 of the pair", Self.base64(user + ":" + secret)),
            ("base 64 behind one", Self.base64("x" + secret)),
            ("base 64 behind two", Self.base64("xy" + secret)), ("SASL", Self.base64("\0" + user + "\0" + secret)),
            ("base 64 in a URL", Self.percent(Self.base64(user + ":" + secret), leaving: "-._~")),
            ("JSON", Self.json(secret, isASCII: false)), ("JSON, ASCII", Self.json(secret, isASCII: true)),
            ("JSON in JSON", Self.json(Self.json(secret, isASCII: false), isASCII: false)),
            ("hexadecimal", Self.hexadecimal(secret)), ("HEXADECIMAL", Self.hexadecimal(secret).uppercased()),
            ("HTML", Self.html(secret)),
        ]
    }

    /// All forms in one line of printable ASCII, for servers that give back what they were sent.
    package var echo: String {
        forms.map(\.text).filter { $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } }.joined(separator: " ")
    }

    /// Where anything of it stands in the bytes, as it is or encoded: parts of it that no encoding but base 64 and hexadecimal
    /// changes, and parts of those.
    package func leaks(in bytes: [UInt8]) -> [String] { bytes.withUnsafeBytes { leaks(in: $0) } }

    package func leaks(in text: String) -> [String] { leaks(in: Array(text.utf8)) }

    package func leaks(in bytes: UnsafeRawBufferPointer) -> [String] {
        Self.parts(of: self).compactMap { part in
            guard let start = Self.find(part.text, in: bytes) else { return nil }
            let around = bytes[max(0, start - 60)..<min(bytes.count, start + 60)]
            return "\(part.name): …\(String(decoding: around, as: UTF8.self))…"
        }
    }

    private static func find(_ part: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var start = 0
        while start + part.count <= bytes.count,
            let found = memchr(base + start, Int32(part[0]), bytes.count - start - part.count + 1)
        {
            if memcmp(found, part, part.count) == 0 { return UnsafeRawPointer(found) - base }
            start = UnsafeRawPointer(found) - base + 1
        }
        return nil
    }

    static func parts(of canary: Canary) -> [(name: String, text: [UInt8])] {
        let runs = canary.secret.utf8.split {
            !(48...57).contains($0) && !(65...90).contains($0) && !(97...122).contains($0)
        }
        let plain = runs.filter { $0.count >= 20 }.map { Array($0) }
        var parts: [(String, [UInt8])] = []
        func add(_ name: String, _ text: [UInt8], step: Int) {
            for start in stride(from: 0, through: text.count - 12, by: step) {
                parts.append((name, Array(text[start..<start + 12])))
            }
        }
        for run in plain {
            add("plain", run, step: 6)
            add("lower case", Array(String(decoding: run, as: UTF8.self).lowercased().utf8), step: 6)
            add("hexadecimal", Array(hexadecimal(String(decoding: run, as: UTF8.self)).utf8), step: 12)
            add("HEXADECIMAL", Array(hexadecimal(String(decoding: run, as: UTF8.self)).uppercased().utf8), step: 12)
            // What letters and digits become is the same in both alphabets but for rare cases, and at each of three places.
            for before in 0..<3 {
                let text = Array(
                    base64(String(repeating: "x", count: before) + String(decoding: run, as: UTF8.self)).utf8)
                add("base 64", Array(text.dropFirst(4).dropLast(4)), step: 6)
            }
        }
        return parts
    }
}

extension Canary {
    package static func base64(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let bits: [UInt8] = text.utf8.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        var result = ""
        for start in stride(from: 0, to: bits.count, by: 6) {
            result.append(alphabet[(0..<6).reduce(0) { $0 << 1 | Int(start + $1 < bits.count ? bits[start + $1] : 0) }])
        }
        while result.count % 4 != 0 { result.append("=") }
        return result
    }

    private static func urlSafe(_ text: String) -> String {
        String(text.compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
    }

    private static func byte(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private static func hexadecimal(_ text: String) -> String { text.utf8.map(byte).joined() }

    private static func percent(_ text: String, leaving others: String) -> String {
        text.utf8.map { code in
            let scalar = Unicode.Scalar(code)
            let isKept =
                (48...57).contains(code) || (65...90).contains(code) || (97...122).contains(code)
                || others.unicodeScalars.contains(scalar)
            return isKept ? String(scalar) : "%" + byte(code).uppercased()
        }.joined()
    }

    private static func lowerEscapes(_ text: String) -> String {
        var result = ""
        var left = 0
        for character in text {
            result += left > 0 ? character.lowercased() : String(character)
            left = character == "%" ? 2 : max(0, left - 1)
        }
        return result
    }

    private static func json(_ text: String, isASCII: Bool) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": return "\\\""
            case "\\": return "\\\\"
            case "/" where isASCII: return "\\/"
            default:
                guard isASCII, !scalar.isASCII else { return String(scalar) }
                return String(scalar).utf16.map { "\\u" + byte(UInt8($0 >> 8)) + byte(UInt8($0 & 0xFF)) }.joined()
            }
        }.joined()
    }

    private static func html(_ text: String) -> String {
        let named: [Character: String] = ["\"": "&quot;", "'": "&#39;", "<": "&lt;", ">": "&gt;", "&": "&amp;"]
        return text.map { named[$0] ?? String($0) }.joined()
    }
}
