import PatchbayJSON

/// Follows `$ref`s within a description. References to other files are not followed.
struct OpenAPIReferences: Sendable {
    let root: JSON

    init(_ root: JSON) { self.root = root }

    /// What a reference leads to, through at most 16 others; null when it leads nowhere.
    func resolved(_ json: JSON) -> JSON {
        var json = json
        for _ in 0..<16 {
            guard let text = json["$ref"]?.string else { return json }
            guard text.hasPrefix("#"), let pointer = JSONPointer(Self.decoded(String(text.dropFirst()))),
                let found = root.value(at: pointer)
            else { return .null }
            json = found
        }
        return .null
    }

    private static func decoded(_ text: String) -> String {
        guard text.contains("%") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
