import PatchbayJSON

/// What templates may name at some place.
struct Names {
    /// Members of the input; nil when any.
    var input: [String]?
    var isRequest = true
    /// Whether there is an answer to speak of.
    var isAnswer = false
    var isPaged = false
    var isEach = false

    init(input: [String]?, isRequest: Bool = true) {
        self.input = input
        self.isRequest = isRequest
    }

    var roots: [String] {
        var roots = isRequest ? ["input", "settings", "call"] : ["settings"]
        if isAnswer { roots += ["body", "status", "headers"] }
        if isPaged { roots += ["items", "has_more", "next", "pages"] }
        if isEach { roots.append("item") }
        return roots
    }

    func answered(isPaged: Bool = false) -> Names {
        var names = self
        names.isAnswer = true
        names.isPaged = isPaged
        return names
    }
}

extension DocumentReader {
    /// Whether every path leads to something that is declared.
    mutating func check(_ template: Template, at pointer: JSONPointer, _ names: Names) {
        for path in template.expressions.flatMap(\.paths) {
            guard names.roots.contains(path[0]) else {
                findings.problem(
                    pointer, "names `\(path[0])`, which is not known here",
                    need: names.roots.map { "`\($0)`" }.joined(separator: ", "))
                continue
            }
            let known: [String]? =
                switch path[0] {
                case "input": names.input
                case "settings": settingNames
                case "call": ["attempt", "idempotency_key"]
                default: nil
                }
            guard let known else { continue }
            guard path.count > 1 else { continue }
            if !known.contains(path[1]) {
                let need =
                    known.isEmpty
                    ? "a member that is declared; there is none" : known.map { "`\($0)`" }.joined(separator: ", ")
                findings.problem(pointer, "names `\(path[0]).\(path[1])`, which is not declared", need: need)
            }
        }
    }
}
