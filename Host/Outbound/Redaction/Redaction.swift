package import PatchbayCore
package import PatchbayJSON

/// Masks secrets in what people get to see: as they are, in base 64 (standard and URL-safe, alone or as a part of something
/// longer), in hexadecimal, and each of these percent-encoded and escaped as in JSON and HTML.
package struct Redaction: Sendable {
    /// Secrets shorter than this are not looked for: they would mask half of every text.
    package static let shortest = 4
    package static let mask = "‹secret›"

    /// The same for the same secrets, within this process.
    package let fingerprint: Int
    /// Longest first.
    private let patterns: [SecretPattern]
    /// By first byte, which of them may begin there.
    private let beginnings: [[Int]]

    package init(_ secrets: [Secret]) {
        let texts = Set(secrets.map { $0.reveal() }.filter { $0.utf8.count >= Self.shortest })
        self.init(texts.flatMap(SecretForms.all), texts.hashValue)
    }

    private init(_ patterns: [SecretPattern], _ fingerprint: Int) {
        self.fingerprint = fingerprint
        self.patterns = patterns.sorted { $0.length > $1.length }
        var beginnings = [[Int]](repeating: [], count: patterns.isEmpty ? 0 : 256)
        for (index, pattern) in self.patterns.enumerated() {
            for byte in pattern.firstBytes { beginnings[Int(byte)].append(index) }
        }
        self.beginnings = beginnings
    }

    package var isEmpty: Bool { patterns.isEmpty }

    /// What looks for the secrets of all of them.
    package static func joined(_ redactions: [Redaction]) -> Redaction {
        redactions.count == 1
            ? redactions[0] : Redaction(redactions.flatMap(\.patterns), Set(redactions.map(\.fingerprint)).hashValue)
    }

    /// The text with each stretch that secrets cover replaced by one mask.
    ///
    /// - Parameter isRest: Its beginning was cut off, perhaps within a secret.
    package func masked(_ text: String, isRest: Bool = false) -> String {
        guard !isEmpty else { return text }
        let bytes = Array(text.utf8)
        let stretches = covered(bytes, isRest: isRest)
        guard !stretches.isEmpty else { return text }
        return String(decoding: Self.replacing(stretches, of: bytes), as: UTF8.self)
    }

    /// Masks strings and names of members, and puts the mask in place of a number that is a secret.
    package func masked(_ value: JSON) -> JSON {
        guard !isEmpty else { return value }
        switch value {
        case .null, .bool: return value
        case .int(let number): return maskedNumber(String(number)) ?? value
        case .uint(let number): return maskedNumber(String(number)) ?? value
        case .double(let number): return maskedNumber(String(number)) ?? value
        case .string(let text): return .string(maskedContent(text) ?? masked(text))
        case .array(let elements): return .array(elements.map(masked))
        case .object(let members):
            var object = JSONObject()
            for member in members { object[masked(member.name)] = masked(member.value) }
            return .object(object)
        }
    }

    /// Connectors write bytes in base 64, such as files and bodies that are no text: what is in them is masked there, in all the
    /// ways of writing it. Nil when the text is none, or nothing in it is a secret.
    private func maskedContent(_ text: String) -> String? {
        guard let content = Base64Content.decode(text) else { return nil }
        let stretches = covered(content)
        guard !stretches.isEmpty else { return nil }
        return Base64Content.encode(Self.replacing(stretches, of: content))
    }

    private static func replacing(_ stretches: [Range<Int>], of bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        for stretch in stretches {
            result += bytes[position..<stretch.lowerBound]
            result += mask.utf8
            position = stretch.upperBound
        }
        return result + bytes[position...]
    }

    private func maskedNumber(_ digits: String) -> JSON? {
        let bytes = Array(digits.utf8)
        return covered(bytes) == [bytes.indices] ? .string(Self.mask) : nil
    }

    /// Stretches that secrets cover, in order; secrets that overlap or touch give one.
    private func covered(_ bytes: [UInt8], isRest: Bool = false) -> [Range<Int>] {
        var stretches: [Range<Int>] = []
        if isRest, let end = patterns.compactMap({ $0.matchBeginning(bytes) }).max() { stretches.append(0..<end) }
        for start in bytes.indices {
            let candidates = beginnings[Int(bytes[start])]
            guard !candidates.isEmpty,
                let end = candidates.lazy.compactMap({ patterns[$0].match(bytes, at: start) }).first
            else { continue }
            if let last = stretches.last, start <= last.upperBound {
                stretches[stretches.count - 1] = last.lowerBound..<max(last.upperBound, end)
            } else {
                stretches.append(start..<end)
            }
        }
        return stretches
    }
}
