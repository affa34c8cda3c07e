/// Takes a command line apart as a POSIX shell does, without carrying anything out: quotes, backslashes, `$'…'`, and lines
/// that go on behind a backslash. Variables stay as they stand.
enum ShellWords {
    /// Throws for a quote that is not closed.
    static func split(_ line: String) throws(AuthoringError) -> [String] {
        var words: [String] = []
        var word: String?
        var letters = Array(line)[...]
        while let letter = letters.popFirst() {
            switch letter {
            case " ", "\t", "\n", "\r\n", "\r":
                if let whole = word { words.append(whole) }
                word = nil
            case "'": word = (word ?? "") + (try until("'", in: &letters, escapes: .none))
            case "\"": word = (word ?? "") + (try until("\"", in: &letters, escapes: .some))
            case "$" where letters.first == "'":
                letters.removeFirst()
                word = (word ?? "") + (try until("'", in: &letters, escapes: .all))
            case "\\":
                guard let next = letters.popFirst() else { break }
                if next != "\n", next != "\r\n" { word = (word ?? "") + String(next) }
            default: word = (word ?? "") + String(letter)
            }
        }
        if let word { words.append(word) }
        return words
    }

    private enum Escapes { case none, some, all }

    private static func until(
        _ quote: Character, in letters: inout ArraySlice<Character>, escapes: Escapes
    ) throws(AuthoringError) -> String {
        var text = ""
        while let letter = letters.popFirst() {
            if letter == quote { return text }
            guard letter == "\\", escapes != .none, let next = letters.popFirst() else {
                text.append(letter)
                continue
            }
            if escapes == .all {
                let known: [Character: Character] = ["n": "\n", "t": "\t", "r": "\r", "0": "\0"]
                text.append(known[next] ?? next)
            } else if "\"\\$`".contains(next) {
                text.append(next)
            } else if next != "\n", next != "\r\n" {
                text += "\\" + String(next)
            }
        }
        throw AuthoringError("The command line has a \(quote) that is not closed.")
    }
}
