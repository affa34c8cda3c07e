package import PatchbayJSON

/// The one way to write the place of a value (RFC 9535, 2.7): `$['items'][0]['name']`.
package struct NormalizedPath: Hashable, Sendable, CustomStringConvertible {
    package enum Step: Hashable, Sendable {
        case name(String)
        case index(Int)
    }

    /// From the document inwards; none for the document itself.
    package var steps: [Step]

    package init(steps: [Step] = []) {
        self.steps = steps
    }

    package var description: String {
        steps.reduce(into: "$") { text, step in
            switch step {
            case .index(let index): text += "[\(index)]"
            case .name(let name): text += "['\(Self.escaped(name))']"
            }
        }
    }

    /// The same place as a JSON pointer.
    package var pointer: JSONPointer {
        JSONPointer(
            tokens: steps.map { step in
                switch step {
                case .name(let name): name
                case .index(let index): String(index)
                }
            })
    }

    private static func escaped(_ name: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\u{8}": text.append(contentsOf: "\\b".unicodeScalars)
            case "\t": text.append(contentsOf: "\\t".unicodeScalars)
            case "\n": text.append(contentsOf: "\\n".unicodeScalars)
            case "\u{C}": text.append(contentsOf: "\\f".unicodeScalars)
            case "\r": text.append(contentsOf: "\\r".unicodeScalars)
            case "'": text.append(contentsOf: "\\'".unicodeScalars)
            case "\\": text.append(contentsOf: "\\\\".unicodeScalars)
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text.append(contentsOf: "\\u00\(digits.utf8.count == 1 ? "0" : "")\(digits)".unicodeScalars)
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}
