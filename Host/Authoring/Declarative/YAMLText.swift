package import PatchbayJSON

/// Writes JSON as YAML that people like to read: block style, quotes only where they are needed.
package enum YAMLText {
    package static func of(_ json: JSON) -> String {
        var text = ""
        write(json, indent: 0, isMember: false, to: &text)
        return text
    }

    private static func write(_ json: JSON, indent: Int, isMember: Bool, to text: inout String) {
        let space = String(repeating: " ", count: indent)
        switch json {
        case .object(let object) where !object.isEmpty:
            if let flow = flow(json), isMember { return text += " \(flow)\n" }
            if isMember { text += "\n" }
            for (position, member) in object.enumerated() {
                // The first member of an array's element stands behind its dash.
                text += (position == 0 && !isMember && indent > 0 ? "" : space) + scalar(.string(member.name)) + ":"
                write(member.value, indent: indent + 2, isMember: true, to: &text)
            }
        case .array(let array) where !array.isEmpty:
            if let flow = flow(json) { return text += " \(flow)\n" }
            if isMember { text += "\n" }
            for element in array {
                text += space + "- "
                if element.array?.isEmpty == false {
                    text += element.text + "\n"
                } else {
                    write(element, indent: indent + 2, isMember: false, to: &text)
                }
            }
        default: text += (isMember ? " " : "") + scalar(json) + "\n"
        }
    }

    /// In one line, when it is short and flat.
    private static func flow(_ json: JSON) -> String? {
        let inner: [JSON] = json.array ?? json.object?.map(\.value) ?? []
        let isFlat = inner.allSatisfy { $0.array == nil && $0.object == nil }
        guard isFlat, inner.count <= (json.array == nil ? 3 : 12) else { return nil }
        let pieces: [String]
        if let object = json.object {
            pieces = object.map { "\(flowScalar(.string($0.name))): \(flowScalar($0.value))" }
        } else {
            pieces = inner.map(flowScalar)
        }
        let joined = pieces.joined(separator: ", ")
        guard joined.utf8.count <= 80 else { return nil }
        return json.array == nil ? "{\(joined)}" : "[\(joined)]"
    }

    private static func flowScalar(_ json: JSON) -> String {
        guard case .string(let text) = json else { return json.text }
        return isPlain(text) && !text.contains(",") ? text : json.text
    }

    private static func scalar(_ json: JSON) -> String {
        guard case .string(let text) = json else { return json.text }
        return isPlain(text) ? text : json.text
    }

    /// Whether it reads back as the same text without quotes, in every reader.
    private static func isPlain(_ text: String) -> Bool {
        let words: Set<String> = [
            "true", "false", "null", "yes", "no", "on", "off", "y", "n",
        ]
        guard let first = text.utf8.first, text.last != " ", !words.contains(text.lowercased()) else { return false }
        let isLetter =
            (97...122).contains(first) || (65...90).contains(first) || first == UInt8(ascii: "/")
            || first == UInt8(ascii: "_") || first == UInt8(ascii: "$")
        guard isLetter, text.utf8.count <= 400 else { return false }
        let isSafe = text.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
                || " _-./$(),;+@=".utf8.contains(byte)
        }
        let isAddress =
            text.hasPrefix("http") && !text.hasSuffix(":") && !text.contains(" ")
            && text.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
                    || ":_-./?&=%~".utf8.contains(byte)
            }
        return isSafe || isAddress
    }
}
