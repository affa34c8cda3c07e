/// What can be told of code by looking at its `return`s: whether it gives one item, whatever comes in.
struct CodeShape {
    /// Every `return` of the code itself, not of functions in it, gives an object, or a list of one element.
    let givesOne: Bool

    init(_ code: String) {
        var scan = Scan(code)
        givesOne = scan.givesOne()
    }

    private struct Scan {
        private let text: [Character]
        private var place = 0
        /// What was opened: whether it is a function's body, and the word in front of a parenthesis.
        private var open: [(closing: Character, isFunction: Bool, word: String)] = []
        private var word = ""
        private var closedWord = ""
        private var last: Character = ";"
        private var beforeLast: Character = ";"

        private static let blocks: Set = ["if", "for", "while", "switch", "catch", "with"]

        init(_ code: String) { text = Array(code) }

        mutating func givesOne() -> Bool {
            var returns = 0
            while place < text.count {
                let character = text[place]
                if character == "\"" || character == "'" || character == "`" {
                    skipText(character)
                } else if character == "/", place + 1 < text.count, text[place + 1] == "/" {
                    while place < text.count, text[place] != "\n" { place += 1 }
                } else if character == "/", place + 1 < text.count, text[place + 1] == "*" {
                    while place + 1 < text.count, text[place] != "*" || text[place + 1] != "/" { place += 1 }
                    place += 2
                } else if character.isLetter || character == "_" || character == "$" {
                    word = ""
                    while place < text.count, text[place].isLetter || text[place].isNumber || "_$".contains(text[place])
                    {
                        word.append(text[place])
                        place += 1
                    }
                    if word == "return", !open.contains(where: \.isFunction) {
                        guard returnsOne() else { return false }
                        returns += 1
                    }
                    note("a")
                } else {
                    bracket(character)
                    place += 1
                }
            }
            return returns > 0
        }

        private mutating func note(_ character: Character) { (beforeLast, last) = (last, character) }

        private mutating func bracket(_ character: Character) {
            switch character {
            case "(": open.append((")", false, last == "a" ? word : ""))
            case "[": open.append(("]", false, ""))
            case "{":
                let isArrow = last == ">" && beforeLast == "="
                let isFunction = isArrow || (last == ")" && !Self.blocks.contains(closedWord))
                open.append(("}", isFunction, ""))
            case ")", "]", "}":
                if open.last?.closing == character, let closed = open.popLast(), character == ")" {
                    closedWord = closed.word
                }
            default: break
            }
            if !character.isWhitespace { note(character) }
        }

        private mutating func skipText(_ quote: Character) {
            place += 1
            while place < text.count, text[place] != quote { place += text[place] == "\\" ? 2 : 1 }
            place += 1
            note("a")
        }

        /// Whether what stands behind `return` is `{…}` or `[{…}]`.
        private func returnsOne() -> Bool {
            var at = place
            func skipBlanks() { while at < text.count, text[at].isWhitespace { at += 1 } }
            skipBlanks()
            guard at < text.count else { return false }
            if text[at] == "{" { return true }
            guard text[at] == "[" else { return false }
            at += 1
            skipBlanks()
            guard at < text.count, text[at] == "{" else { return false }
            var level = 0
            while at < text.count {
                if "\"'`".contains(text[at]) {
                    let quote = text[at]
                    at += 1
                    while at < text.count, text[at] != quote { at += text[at] == "\\" ? 2 : 1 }
                } else if "{[(".contains(text[at]) {
                    level += 1
                } else if "}])".contains(text[at]) {
                    level -= 1
                    if level == 0 { break }
                }
                at += 1
            }
            at += 1
            skipBlanks()
            if at < text.count, text[at] == "," {
                at += 1
                skipBlanks()
            }
            return at < text.count && text[at] == "]"
        }
    }
}
