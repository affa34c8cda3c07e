/// Writes a document so that reading it gives the same again.
public struct XMLWriter {
    private var text = ""
    private let isIndented: Bool

    /// - Parameters:
    ///   - declaration: whether `<?xml version="1.0" encoding="UTF-8"?>` stands before it.
    ///   - indented: whether elements that hold no text stand on lines of their own.
    ///
    /// Throws a sentence about a name or a character that XML cannot have.
    public static func write(
        _ root: XMLElement, declaration: Bool = true, indented: Bool = false
    ) throws(XMLUnwritable) -> String {
        var writer = XMLWriter(isIndented: indented)
        if declaration { writer.text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + (indented ? "\n" : "") }
        try writer.write(root, level: 0)
        if indented { writer.text += "\n" }
        return writer.text
    }

    private init(isIndented: Bool) { self.isIndented = isIndented }

    private mutating func write(_ element: XMLElement, level: Int) throws(XMLUnwritable) {
        text += "<" + (try name(element.name))
        for attribute in element.attributes {
            text += " " + (try name(attribute.name)) + "=\""
            try write(attribute.value, isAttribute: true)
            text += "\""
        }
        guard !element.children.isEmpty else {
            text += "/>"
            return
        }
        text += ">"
        let hasLines = isIndented && element.text.isEmpty
        for child in element.children {
            switch child {
            case .text(let part): try write(part, isAttribute: false)
            case .element(let inner):
                if hasLines { breakLine(level + 1) }
                try write(inner, level: level + 1)
            }
        }
        if hasLines { breakLine(level) }
        text += "</\(element.name)>"
    }

    private mutating func breakLine(_ level: Int) { text += "\n" + String(repeating: "  ", count: level) }

    private func name(_ name: String) throws(XMLUnwritable) -> String {
        guard XMLCharacters.isName(name) else {
            throw XMLUnwritable(message: "`\(name)` cannot be the name of an element or an attribute")
        }
        return name
    }

    private mutating func write(_ content: String, isAttribute: Bool) throws(XMLUnwritable) {
        for scalar in content.unicodeScalars {
            switch scalar {
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "&": text += "&amp;"
            case "\"" where isAttribute: text += "&quot;"
            // As they are, these would be read as a line feed, or in an attribute as a space.
            case "\r": text += "&#13;"
            case "\n" where isAttribute: text += "&#10;"
            case "\t" where isAttribute: text += "&#9;"
            default:
                guard XMLCharacters.isAllowed(scalar) else {
                    let code = String(scalar.value, radix: 16, uppercase: true)
                    throw XMLUnwritable(message: "the character U+\(code) is not allowed in XML")
                }
                text.unicodeScalars.append(scalar)
            }
        }
    }
}

/// What XML cannot say.
public struct XMLUnwritable: Error, Sendable, Equatable {
    public var message: String
}
