package import PatchbayJSON

/// A text with `{{ expression }}` in it.
///
/// A text that is one expression and nothing else has the expression's value; otherwise its parts are joined as text:
/// strings as they are, numbers and booleans as written in JSON, null as `null`, lists and maps as JSON. A literal `{{`
/// is written `\{{`, and a backslash before an expression `\\{{`; backslashes elsewhere are themselves.
package struct Template: Sendable {
    enum Piece: Sendable {
        case text(String)
        case expression(Program)
    }

    /// What the expressions read.
    package var references: Set<Reference> { Set(reads) }
    /// The same in the order of the text; one may be there more than once.
    let reads: [Reference]
    /// Whether its value is always text.
    package let isText: Bool
    /// As far as it is known.
    package let type: ValueType
    private let pieces: [Piece]
    /// What the programs' variables are, by their numbers.
    private let slots: [Slot]
    /// When the whole text is a path of names.
    private let path: DirectPath?
    private let source: [UInt8]

    /// Compiles a text, or says what is wrong with it: the first error of syntax, or every unknown name.
    ///
    /// - Parameter takesSecret: `{{ credentials.<name> }}` alone may be the whole text; its value is
    ///   `{"$credential": name}`, which is for the host and holds nothing secret.
    package init(
        _ text: String, names: KnownNames, takesSecret: Bool = false, limits: ExpressionLimits = .standard
    ) throws(CompilationFailure) {
        try self.init(text, names: SharedNames(names), takesSecret: takesSecret, limits: limits)
    }

    init(
        _ text: String, names: SharedNames, takesSecret: Bool = false, limits: ExpressionLimits = .standard
    ) throws(CompilationFailure) {
        let source = Array(text.utf8)
        let pieces: [TemplateReader.Piece]
        do throws(Fault) {
            pieces = try TemplateReader.pieces(of: source, limits: limits)
        } catch {
            throw CompilationFailure(errors: [error.located(in: source)])
        }
        try self.init(pieces, of: source, names: names, takesSecret: takesSecret)
    }

    /// Compiles a text that is one expression, without `{{` and `}}`.
    package init(
        expression text: String, names: KnownNames, takesSecret: Bool = false, limits: ExpressionLimits = .standard
    ) throws(CompilationFailure) {
        let source = Array(text.utf8)
        let expression: Expression
        do throws(Fault) {
            expression = try Parser.parse(source, dialect: .templates, limits: limits)
        } catch {
            throw CompilationFailure(errors: [error.located(in: source)])
        }
        try self.init([.expression(expression)], of: source, names: SharedNames(names), takesSecret: takesSecret)
    }

    private init(
        _ parsed: [TemplateReader.Piece], of source: [UInt8], names: SharedNames, takesSecret: Bool
    ) throws(CompilationFailure) {
        self.source = source
        isText = if case .expression? = parsed.first { parsed.count > 1 } else { true }
        var compilation = TemplateCompilation(names: names, source: source, takesSecret: takesSecret && !isText)
        var type = ValueType.string
        let isText = isText
        pieces = parsed.map { piece in
            switch piece {
            case .text(let text): return .text(text)
            case .expression(let expression):
                let (program, found) = compilation.program(expression)
                if !isText { type = found }
                return .expression(program)
            }
        }
        self.type = type
        guard compilation.faults.isEmpty else {
            throw CompilationFailure(errors: compilation.faults.map { $0.located(in: source) })
        }
        slots = compilation.vocabulary.slots
        path =
            if !isText, case .expression(let program)? = pieces.first {
                DirectPath(program, slots: slots)
            } else {
                nil
            }
        reads = compilation.vocabulary.references
    }

    /// Whether a text needs to be compiled: it holds `{{`.
    package static func isTemplate(_ text: String) -> Bool {
        var isAfterBrace = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "{"), isAfterBrace { return true }
            isAfterBrace = byte == UInt8(ascii: "{")
        }
        return false
    }

    package func evaluate(
        in scope: Scope, limits: ExpressionLimits = .standard
    ) throws(ExpressionError) -> JSON {
        var budget = Budget(limits)
        return try evaluate(in: scope, &budget)
    }

    func evaluate(in scope: Scope, _ budget: inout Budget) throws(ExpressionError) -> JSON {
        do throws(Fault) {
            return try value(in: scope, &budget)
        } catch {
            throw error.located(in: source)
        }
    }

    private func value(in scope: Scope, _ budget: inout Budget) throws(Fault) -> JSON {
        if let json = path?.scalar(in: scope) {
            if case .string(let text) = json { try budget.spend(text.utf8.count, at: 0) }
            return json
        }
        if !isText, case .expression(let program)? = pieces.first {
            let value = try value(of: program, in: scope, &budget)
            if case .opaque(let opaque) = value, let secret = opaque as? SecretHandle { return secret.json }
            return try value.json(&budget, at: program.root.range.lowerBound)
        }
        var joined = ""
        for piece in pieces {
            switch piece {
            case .text(let text):
                try budget.spend(text.utf8.count, at: 0)
                joined += text
            case .expression(let program):
                let value = try value(of: program, in: scope, &budget)
                let offset = program.root.range.lowerBound
                let text: String
                if let scalar = value.scalarText {
                    text = scalar
                    try budget.spend(text.utf8.count, at: offset)
                } else {
                    let json = try value.json(&budget, at: offset)
                    text = json.string ?? json.text
                }
                joined += text
            }
        }
        return .string(joined)
    }

    private func value(of program: Program, in scope: Scope, _ budget: inout Budget) throws(Fault) -> Value {
        try program.evaluate(&budget, surroundings: scope.surroundings) { scope.value(of: slots[$0]) }
    }
}
