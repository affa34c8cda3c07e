import PatchbayJSON

/// Fields of an `application/x-www-form-urlencoded` text (https://url.spec.whatwg.org/#urlencoded-parsing), which query
/// strings are too. Repeated names keep all their values.
struct FormFields {
    /// More is no form but an attack.
    static let mostFields = 1_000

    private(set) var fields: [(name: String, value: String)] = []

    /// Nil when there are too many fields, or when what they encode is not UTF-8.
    init?(_ text: some StringProtocol) {
        for part in text.utf8.split(separator: UInt8(ascii: "&")) {
            guard fields.count < Self.mostFields else { return nil }
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(halves[0]), let value = halves.count > 1 ? Self.decoded(halves[1]) : ""
            else { return nil }
            fields.append((name, value))
        }
    }

    /// An object: a text for a name that occurs once, else an array of texts.
    var json: JSON {
        var object = JSONObject()
        for (name, value) in fields {
            switch object[name] {
            case .array(let values)?: object[name] = .array(values + [.string(value)])
            case let first?: object[name] = [first, .string(value)]
            case nil: object[name] = .string(value)
            }
        }
        return .object(object)
    }

    private static func decoded(_ bytes: some Sequence<UInt8>) -> String? { percentDecoded(bytes, plusIsSpace: true) }
}

/// Replaces `%XX` by the byte; a percent sign without two digits stands for itself. Nil when the result is not UTF-8.
func percentDecoded(_ text: some Sequence<UInt8>, plusIsSpace: Bool = false) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(hexadecimal),
            let low = rest.dropFirst().first.flatMap(hexadecimal)
        {
            bytes.append(high << 4 | low)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        }
    }
    return String(validating: bytes, as: UTF8.self)
}

private func hexadecimal(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
