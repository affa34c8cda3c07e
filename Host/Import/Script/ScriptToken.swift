/// What an expression of JavaScript consists of.
enum ScriptToken: Equatable {
    case name(String)
    case number(String)
    case text(String)
    /// The texts between backquotes, and the sources of the expressions between them.
    case template([String], [String])
    case pattern(String, flags: String)
    case sign(String)
    case end

    var shown: String {
        switch self {
        case .name(let name), .number(let name), .sign(let name): name
        case .text(let text): "\"\(text)\""
        case .template: "`…`"
        case .pattern(let source, _): "/\(source)/"
        case .end: "the end"
        }
    }
}
