package import PatchbayJSON

/// A text with expressions in it: `/orders/{{ input.id }}`. A text that is one expression and nothing else keeps the
/// type of its value.
package struct Template: Sendable, Equatable {
    package enum Part: Sendable, Equatable {
        case text(String)
        case expression(Expression)
    }

    package let parts: [Part]

    /// Bytes of the longest template.
    package static let longest = 64 << 10

    package init(parts: [Part]) { self.parts = parts }

    /// Throws `TemplateError` that says where in the text it is wrong.
    package init(_ text: String) throws(TemplateError) {
        guard text.utf8.count <= Self.longest else {
            throw TemplateError("has \(text.utf8.count) bytes; \(Self.longest) are allowed")
        }
        var parser = TemplateParser(text)
        parts = try parser.template()
    }

    package var expressions: [Expression] {
        parts.compactMap { part in if case .expression(let expression) = part { expression } else { nil } }
    }

    /// The text, when there is no expression in it.
    package var literal: String? {
        switch parts.count {
        case 0: ""
        case 1: if case .text(let text) = parts[0] { text } else { nil }
        default: nil
        }
    }

    /// The expression, when it is the whole template.
    package var whole: Expression? {
        guard parts.count == 1, case .expression(let expression) = parts[0] else { return nil }
        return expression
    }
}

/// `input.limit ?? settings.limit ?? 20 | text`: the first operand that is there, through the filters.
package struct Expression: Sendable, Equatable {
    package enum Operand: Sendable, Equatable {
        case literal(JSON)
        /// Names and positions, the root first: `input`, `items`, `0`.
        case path([String])
    }

    package struct Filter: Sendable, Equatable {
        package var kind: FilterKind
        package var arguments: [JSON]
    }

    package var operands: [Operand]
    package var filters: [Filter]

    package var paths: [[String]] {
        operands.compactMap { operand in if case .path(let path) = operand { path } else { nil } }
    }
}

/// Why a template cannot be read, or has no value.
package struct TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// To stand behind the name of the place: "lacks the `}}`".
    package var message: String
    /// The value at fault: root, names and positions; empty when it is the template itself.
    package var path: [String]

    package init(_ message: String, path: [String] = []) {
        self.message = message
        self.path = path
    }

    package var description: String { message }
}
