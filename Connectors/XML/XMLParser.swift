/// Reads a document: well-formed XML 1.0 without a document type.
///
/// A document type is refused and not read: it is where entities come from, with which small texts grow to gigabytes or
/// reach for files. Of references there are the five that XML has by itself, and those to characters. Comments and processing
/// instructions are left out. The text is Unicode already, so an encoding that it declares is of no account.
public struct XMLParser {
    private let scalars: [Unicode.Scalar]
    private let limits: XMLLimits
    private var position = 0
    private var count = 0

    public static func parse(_ text: String, limits: XMLLimits = XMLLimits()) throws(XMLProblem) -> XMLElement {
        guard text.utf8.count <= limits.bytes else {
            throw XMLProblem(
                message: "the document has \(text.utf8.count) bytes, the limit is \(limits.bytes)", line: 1, column: 1)
        }
        var parser = XMLParser(text, limits)
        return try parser.document()
    }

    private init(_ text: String, _ limits: XMLLimits) {
        // Lines end by a line feed, however they were written (https://www.w3.org/TR/xml/#sec-line-ends).
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
            scalars.append(scalar)
        }
        for index in scalars.indices where scalars[index] == "\r" { scalars[index] = "\n" }
        self.scalars = scalars
        self.limits = limits
    }

    private mutating func document() throws(XMLProblem) -> XMLElement {
        if scalars.first == "\u{FEFF}" { position = 1 }
        if starts("<?xml"), position + 5 < scalars.count, XMLCharacters.isSpace(scalars[position + 5]) {
            try skip(past: "?>", of: "the declaration")
        }
        try skipMiscellany()
        guard starts("<") else {
            throw problem(isAtEnd ? "there is no element" : "text stands before the first element")
        }
        let root = try tree()
        try skipMiscellany()
        guard isAtEnd else { throw problem("something follows the document's one element") }
        return root
    }

    /// Comments, processing instructions and white space around the one element.
    private mutating func skipMiscellany() throws(XMLProblem) {
        while true {
            skipSpace()
            if starts("<!--") {
                try comment()
            } else if starts("<?") {
                try instruction()
            } else if starts("<!DOCTYPE") {
                throw problem("has a document type, which is not read here: take it out")
            } else {
                return
            }
        }
    }

    /// The element that begins here, with all inside. A list of open elements, so that depth costs no stack.
    private mutating func tree() throws(XMLProblem) -> XMLElement {
        var open: [XMLElement] = []
        var text = ""
        while true {
            if starts("</") {
                let closed = try end(of: &open, &text)
                if open.isEmpty { return closed }
                open[open.count - 1].children.append(.element(closed))
            } else if starts("<!--") {
                try comment()
            } else if starts("<![CDATA[") {
                try section(into: &text)
            } else if starts("<?") {
                try instruction()
            } else if starts("<") {
                if let last = open.indices.last { Self.flush(&text, into: &open[last]) }
                let (element, isEmpty) = try start()
                guard open.count < limits.depth else {
                    throw problem("elements are nested more than \(limits.depth) levels deep")
                }
                if !isEmpty {
                    open.append(element)
                } else if let last = open.indices.last {
                    open[last].children.append(.element(element))
                } else {
                    return element
                }
            } else if starts("&") {
                text.unicodeScalars.append(try reference())
            } else {
                guard position < scalars.count else {
                    throw problem("the text ends inside `<\(open.last?.name ?? "")>`")
                }
                guard !starts("]]>") else { throw problem("`]]>` stands in a text; write `]]&gt;`") }
                text.unicodeScalars.append(try character())
            }
        }
    }

    private static func flush(_ text: inout String, into element: inout XMLElement) {
        guard !text.isEmpty else { return }
        element.children.append(.text(text))
        text = ""
    }

    /// `<name a="b">`, or `<name/>`.
    private mutating func start() throws(XMLProblem) -> (XMLElement, isEmpty: Bool) {
        position += 1
        var element = XMLElement(try name("an element"))
        try countOne()
        while true {
            let hadSpace = skipSpace()
            if starts("/>") {
                position += 2
                return (element, true)
            }
            if starts(">") {
                position += 1
                return (element, false)
            }
            guard !isAtEnd else { throw problem("the text ends inside the tag `<\(element.name)`") }
            guard hadSpace else { throw problem("needs a space, `>` or `/>` here in the tag `<\(element.name)`") }
            let attribute = try attribute(of: element)
            guard element.attributes.count < 1_000 else { throw problem("an element has more than 1,000 attributes") }
            element.attributes.append(attribute)
        }
    }

    private mutating func attribute(of element: XMLElement) throws(XMLProblem) -> XMLElement.Attribute {
        let place = position
        let name = try name("an attribute")
        if element.attributes.contains(where: { $0.name == name }) {
            throw problem("the attribute `\(name)` of `<\(element.name)>` stands there twice", at: place)
        }
        try countOne()
        skipSpace()
        guard starts("=") else { throw problem("the attribute `\(name)` has no value: needs `=`") }
        position += 1
        skipSpace()
        guard position < scalars.count, scalars[position] == "\"" || scalars[position] == "'" else {
            throw problem("the value of the attribute `\(name)` needs quotes")
        }
        let quote = scalars[position]
        position += 1
        var value = String.UnicodeScalarView()
        while true {
            guard position < scalars.count else { throw problem("the value of `\(name)` has no end", at: place) }
            if scalars[position] == quote { break }
            if starts("<") { throw problem("`<` stands in the value of `\(name)`; write `&lt;`") }
            if starts("&") {
                value.append(try reference())
            } else {
                // White space becomes spaces (https://www.w3.org/TR/xml/#AVNormalize).
                let scalar = try character()
                value.append(XMLCharacters.isSpace(scalar) ? " " : scalar)
            }
        }
        position += 1
        return XMLElement.Attribute(name, String(value))
    }

    private mutating func end(of open: inout [XMLElement], _ text: inout String) throws(XMLProblem) -> XMLElement {
        let place = position
        position += 2
        let name = try name("an element")
        skipSpace()
        guard starts(">") else { throw problem("the end `</\(name)` has no `>`") }
        position += 1
        guard var closed = open.popLast() else { throw problem("`</\(name)>` ends what has not begun", at: place) }
        guard closed.name == name else {
            throw problem("`</\(name)>` ends `<\(closed.name)>`", at: place)
        }
        Self.flush(&text, into: &closed)
        return closed
    }

    /// `&amp;`, `&#65;`, `&#x41;`
    private mutating func reference() throws(XMLProblem) -> Unicode.Scalar {
        let place = position
        var name = ""
        position += 1
        while position < scalars.count, scalars[position] != ";", name.utf8.count < 32 {
            name.unicodeScalars.append(scalars[position])
            position += 1
        }
        guard starts(";") else { throw problem("`&` begins no reference; write `&amp;`", at: place) }
        position += 1
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard name.hasPrefix("#") else {
            throw problem("`&\(name);` is no reference that XML has by itself", at: place)
        }
        let digits = name.dropFirst()
        let value = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        let isPlain = digits.drop { $0 == "x" }.first.map { $0 != "+" && $0 != "-" } ?? false
        guard isPlain, let value, let scalar = Unicode.Scalar(value), XMLCharacters.isAllowed(scalar) else {
            throw problem("`&\(name);` is no character that a document may hold", at: place)
        }
        return scalar
    }

    private mutating func section(into text: inout String) throws(XMLProblem) {
        let place = position
        position += 9
        while !starts("]]>") {
            guard position < scalars.count else { throw problem("`<![CDATA[` has no end", at: place) }
            text.unicodeScalars.append(try character())
        }
        position += 3
    }

    private mutating func comment() throws(XMLProblem) {
        let place = position
        position += 4
        while !starts("--") {
            guard position < scalars.count else { throw problem("a comment has no end", at: place) }
            _ = try character()
        }
        guard starts("-->") else { throw problem("`--` stands in a comment") }
        position += 3
    }

    private mutating func instruction() throws(XMLProblem) {
        let place = position
        position += 2
        let target = try name("a processing instruction")
        guard target.lowercased() != "xml" else {
            throw problem("a declaration may stand only at the very beginning", at: place)
        }
        try skip(past: "?>", of: "a processing instruction")
    }

    private mutating func skip(past end: StaticString, of what: String) throws(XMLProblem) {
        let place = position
        while !starts(end) {
            guard position < scalars.count else { throw problem("\(what) has no end", at: place) }
            position += 1
        }
        position += end.utf8CodeUnitCount
    }

    private mutating func name(_ what: String) throws(XMLProblem) -> String {
        guard position < scalars.count, XMLCharacters.startsName(scalars[position]) else {
            throw problem("needs the name of \(what) here")
        }
        var name = String.UnicodeScalarView()
        while position < scalars.count, XMLCharacters.continuesName(scalars[position]) {
            name.append(scalars[position])
            position += 1
        }
        return String(name)
    }

    private mutating func character() throws(XMLProblem) -> Unicode.Scalar {
        let scalar = scalars[position]
        guard XMLCharacters.isAllowed(scalar) else {
            throw problem("the character U+\(String(scalar.value, radix: 16, uppercase: true)) is not allowed in XML")
        }
        position += 1
        return scalar
    }

    private mutating func countOne() throws(XMLProblem) {
        count += 1
        guard count <= limits.count else {
            throw problem("there are more than \(limits.count) elements and attributes")
        }
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = position
        while position < scalars.count, XMLCharacters.isSpace(scalars[position]) { position += 1 }
        return position > start
    }

    private var isAtEnd: Bool { position >= scalars.count }

    private func starts(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes in
            guard position + bytes.count <= scalars.count else { return false }
            for (offset, byte) in bytes.enumerated() where scalars[position + offset].value != UInt32(byte) {
                return false
            }
            return true
        }
    }

    private func problem(_ message: String, at place: Int? = nil) -> XMLProblem {
        let before = scalars[..<min(place ?? position, scalars.count)]
        let line = before.count { $0 == "\n" } + 1
        let column = before.count - (before.lastIndex(of: "\n") ?? -1)
        return XMLProblem(message: message, line: line, column: column)
    }
}
