package import PatchbayCore
package import PatchbayJSON

/// Masks secrets in what people get to see, also in base64 (standard and URL-safe), percent-encoded and JSON-escaped
/// form.
package struct Redaction: Sendable {
    /// Secrets shorter than this are not looked for: they would mask half of every text.
    package static let shortest = 4
    package static let mask = "‹secret›"

    /// By first byte; of each, longest first.
    private let forms: [UInt8: [[UInt8]]]

    package init(_ secrets: [Secret]) {
        var found: Set<[UInt8]> = []
        for secret in secrets {
            let text = secret.reveal()
            guard text.utf8.count >= Self.shortest else { continue }
            found.formUnion(SecretForms.all(of: text))
        }
        forms = Dictionary(grouping: found) { $0[0] }.mapValues { $0.sorted { $0.count > $1.count } }
    }

    package var isEmpty: Bool { forms.isEmpty }

    /// The text with each stretch that secrets cover replaced by one mask.
    package func masked(_ text: String) -> String {
        guard !isEmpty else { return text }
        let bytes = Array(text.utf8)
        let stretches = covered(bytes)
        guard !stretches.isEmpty else { return text }
        var result: [UInt8] = []
        var position = 0
        for stretch in stretches {
            result += bytes[position..<stretch.lowerBound]
            result += Self.mask.utf8
            position = stretch.upperBound
        }
        result += bytes[position...]
        return String(decoding: result, as: UTF8.self)
    }

    /// Masks strings and names of members, and puts the mask in place of a number that is a secret.
    package func masked(_ value: JSON) -> JSON {
        guard !isEmpty else { return value }
        switch value {
        case .null, .bool: return value
        case .int(let number): return maskedNumber(String(number)) ?? value
        case .uint(let number): return maskedNumber(String(number)) ?? value
        case .double(let number): return maskedNumber(String(number)) ?? value
        case .string(let text): return .string(masked(text))
        case .array(let elements): return .array(elements.map(masked))
        case .object(let members):
            var object = JSONObject()
            for member in members { object[masked(member.name)] = masked(member.value) }
            return .object(object)
        }
    }

    private func maskedNumber(_ digits: String) -> JSON? {
        let bytes = Array(digits.utf8)
        return covered(bytes) == [bytes.indices] ? .string(Self.mask) : nil
    }

    /// Stretches that secrets cover, in order; secrets that overlap or touch give one.
    private func covered(_ bytes: [UInt8]) -> [Range<Int>] {
        var stretches: [Range<Int>] = []
        for start in bytes.indices {
            guard let candidates = forms[bytes[start]],
                let match = candidates.first(where: { bytes[start...].starts(with: $0) })
            else { continue }
            let end = start + match.count
            if let last = stretches.last, start <= last.upperBound {
                stretches[stretches.count - 1] = last.lowerBound..<max(last.upperBound, end)
            } else {
                stretches.append(start..<end)
            }
        }
        return stretches
    }
}
