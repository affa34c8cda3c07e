import PatchbayJSON

/// A value of a manifest and where it stands.
struct ManifestNode {
    let value: JSON
    let pointer: String

    /// Nil when this is no object or has no such member.
    func member(_ name: String) -> ManifestNode? {
        value[name].map { ManifestNode(value: $0, pointer: pointer + JSON.pointerToken(name)) }
    }

    var elements: [ManifestNode] {
        (value.array ?? []).enumerated().map { ManifestNode(value: $1, pointer: "\(pointer)/\($0)") }
    }

    /// The value as people should see it in a message: cut, because it may be anything.
    var shown: String {
        let text = value.text
        return text.utf8.count <= 80 ? text : text.prefix(77) + "…"
    }
}

extension JSON {
    /// A step of a JSON pointer (RFC 6901), the slash included.
    static func pointerToken(_ name: String) -> String {
        var token = "/"
        for character in name.unicodeScalars {
            switch character {
            case "~": token += "~0"
            case "/": token += "~1"
            default: token.unicodeScalars.append(character)
            }
        }
        return token
    }
}
