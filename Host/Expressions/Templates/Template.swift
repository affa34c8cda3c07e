package import PatchbayJSON

/// A text with `{{ expression }}` in it.
///
/// A text that is one expression and nothing else has the expression's value; otherwise its parts are joined as text:
/// strings as they are, numbers and booleans as written in JSON, null as `null`, lists and maps as JSON. A literal `{{`
/// is written `\{{`, and a backslash before an expression `\\{{`; backslashes elsewhere are themselves.
package struct Template: Sendable {
    enum Piece: Sendable {
        case text(String)
        case expression(any Operation)
    }

    /// What the expressions read.
    package let references: Set<Reference>
    /// Whether its value is always text.
    package let isText: Bool
    private let pieces: [Piece]
    private let source: [UInt8]
    /// Places and variables of all pieces; its root is of no use.
    private let program: Program
    private let roots: [WorkflowVocabulary.Root]

    /// Compiles a text, or says what is wrong with it: the first error of syntax, or every unknown name.
    package init(
        _ text: String, names: KnownNames, limits: ExpressionLimits = .standard
    ) throws(CompilationFailure) {
        source = Array(text.utf8)
        var compiler = Compiler(WorkflowVocabulary(names: names))
        let parsed: [TemplateReader.Piece]
        do {
            parsed = try TemplateReader.pieces(of: source, limits: limits)
        } catch {
            throw CompilationFailure(errors: [error.located(in: source)])
        }
        var pieces: [Piece] = []
        for piece in parsed {
            switch piece {
            case .text(let text): pieces.append(.text(text))
            case .expression(let expression): pieces.append(.expression(compiler.operation(expression)))
            }
        }
        guard compiler.faults.isEmpty else {
            throw CompilationFailure(errors: compiler.faults.map { [source] in $0.located(in: source) })
        }
        self.pieces = pieces
        references = compiler.vocabulary.references
        roots = compiler.vocabulary.roots
        program = compiler.program(Constant(.null, 0..<0), source: source)
        isText = if case .expression? = pieces.first { pieces.count > 1 } else { true }
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
        var evaluation = Evaluation(budget: budget, slots: program.slots { scope.value(roots[$0]) }, source: source)
        defer { budget = evaluation.budget }
        do throws(Fault) {
            return try value(&evaluation)
        } catch {
            throw error.located(in: source)
        }
    }

    private func value(_ evaluation: inout Evaluation) throws(Fault) -> JSON {
        if !isText, case .expression(let operation)? = pieces.first {
            return try operation.value(&evaluation).json(&evaluation.budget, at: operation.range.lowerBound)
        }
        var joined = ""
        for piece in pieces {
            switch piece {
            case .text(let text):
                try evaluation.budget.spend(text.utf8.count, at: 0)
                joined += text
            case .expression(let operation):
                let value = try operation.value(&evaluation)
                let text: String
                if let scalar = value.scalarText {
                    text = scalar
                    try evaluation.budget.spend(text.utf8.count, at: operation.range.lowerBound)
                } else {
                    text = try value.json(&evaluation.budget, at: operation.range.lowerBound).text
                }
                joined += text
            }
        }
        return .string(joined)
    }
}
