import PatchbayCore

/// Gives nodes ids that expressions can name: `HTTP Request` becomes `http_request`.
struct NodeNaming {
    private var taken: Set<String> = []

    /// Words that are no names in expressions, or mean something there.
    private static let reserved: Set = [
        "in", "true", "false", "null", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
        "let",
        "loop", "package", "namespace", "return", "var", "void", "while",
    ]
    private static let longest = 48

    mutating func id(for name: String) -> String {
        var id = ""
        for character in name.lowercased() {
            if character.isASCII, character.isLetter || character.isNumber {
                id.append(character)
            } else if !id.isEmpty, id.last != "_" {
                id.append("_")
            }
        }
        id = String(id.prefix(Self.longest))
        while id.last == "_" { id.removeLast() }
        if id.isEmpty { id = "node" }
        if id.first?.isNumber == true { id = "n_" + id }
        if Self.reserved.contains(id) { id += "_node" }
        var candidate = id
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(id)_\(number)"
            number += 1
        }
        return candidate
    }
}
