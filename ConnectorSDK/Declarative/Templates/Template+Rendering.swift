package import PatchbayJSON

extension Expression {
    /// The first operand that is there and not null, through the filters; nil when none is.
    package func value(in scope: inout TemplateScope) throws(TemplateError) -> JSON? {
        for (index, operand) in operands.enumerated() {
            let isLast = index + 1 == operands.count
            switch operand {
            case .literal(let literal):
                if literal.isNull, !isLast { continue }
                return try filtered(literal, from: [], &scope)
            case .path(let path):
                // The last alternative may be null: that is then what was asked for.
                guard let found = scope.value(at: path), isLast || !found.isNull else { continue }
                return try filtered(found, from: path, &scope)
            }
        }
        return nil
    }

    private func filtered(
        _ value: JSON, from path: [String], _ scope: inout TemplateScope
    ) throws(TemplateError) -> JSON? {
        var value = value
        for filter in filters {
            // What is null stays so: there is nothing to be made of it.
            guard !value.isNull else { return value }
            do throws(TemplateError) {
                guard let next = try filter.apply(to: value) else { return nil }
                value = next
            } catch {
                throw TemplateError(error.message, path: path)
            }
        }
        try scope.charge(value.weight)
        return value
    }

    /// What it says when it has no value.
    package var missing: TemplateError {
        let path = paths.last ?? []
        return TemplateError("is missing", path: path)
    }
}

extension Template {
    /// The value of a template that is one expression; text otherwise. Nil when that expression has no value; an expression
    /// amid text must have one.
    package func value(in scope: inout TemplateScope) throws(TemplateError) -> JSON? {
        if let whole { return try whole.value(in: &scope) }
        return .string(try text(in: &scope))
    }

    /// Always as text. Throws when an expression has no value, or one that is no text, number or truth value.
    package func text(in scope: inout TemplateScope) throws(TemplateError) -> String {
        try joined(in: &scope) { text, _ in text }
    }

    /// As a part of a URL: values are percent-encoded, and cannot end their segment or leave their folder.
    package func path(in scope: inout TemplateScope) throws(TemplateError) -> String {
        let path = try joined(in: &scope) { text, expression throws(TemplateError) in
            guard !text.isEmpty else {
                throw TemplateError("is empty, and cannot stand in an address", path: expression.paths.last ?? [])
            }
            return expression.filters.last?.kind == .path ? text : percentEncoded(text)
        }
        guard !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            let culprit = expressions.flatMap(\.paths).first ?? []
            throw TemplateError("is `.` or `..`, which would make it another address", path: culprit)
        }
        return path
    }

    /// As text for people: what is missing is left out, what is no text stands as JSON, and it is at most that long.
    package func message(in scope: TemplateScope, longest: Int) -> String {
        var scope = scope
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .expression(let expression):
                guard let value = try? expression.value(in: &scope), !value.isNull else { continue }
                result += value.scalarText ?? value.text
            }
        }
        return result.unicodeScalars.count > longest ? String(result.prefix(longest)) + "…" : result
    }

    private func joined(
        in scope: inout TemplateScope, _ encode: (String, Expression) throws(TemplateError) -> String
    ) throws(TemplateError) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .text(let text): result += text
            case .expression(let expression):
                guard let value = try expression.value(in: &scope), !value.isNull else { throw expression.missing }
                guard let text = value.scalarText else {
                    throw TemplateError(
                        "is of type \(value.kind), which cannot stand in a text", path: expression.paths.last ?? [])
                }
                result += try encode(text, expression)
            }
        }
        try scope.charge(result.utf8.count)
        return result
    }
}
