/// An expression of JavaScript, as far as people write it between n8n's braces.
indirect enum ScriptExpression: Equatable {
    struct Member: Equatable {
        var name: String
        var value: ScriptExpression
    }

    case text(String)
    /// As it is written.
    case number(String)
    case bool(Bool)
    /// `null` and `undefined`.
    case null
    case pattern(String, flags: String)
    /// A text with expressions between its parts; one part more than expressions.
    case template([String], [ScriptExpression])
    case name(String)
    case member(ScriptExpression, String, isOptional: Bool)
    case element(ScriptExpression, ScriptExpression, isOptional: Bool)
    case call(ScriptExpression, [ScriptExpression])
    /// `new Date(…)`
    case making(String, [ScriptExpression])
    case unary(String, ScriptExpression)
    case binary(String, ScriptExpression, ScriptExpression)
    case conditional(ScriptExpression, ScriptExpression, ScriptExpression)
    case list([ScriptExpression])
    case object([Member])
    case arrow([String], ScriptExpression)
}

/// Why a text is no expression that can be read here.
struct ScriptFault: Error, Equatable {
    var message: String
}
