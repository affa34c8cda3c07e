import PatchbayCore

extension Compiler {
    mutating func message(
        _ name: String, _ fields: [Expression.Field], _ expression: Expression
    ) -> any Operation {
        let isAbsolute = name.hasPrefix(".")
        let plain = isAbsolute ? String(name.dropFirst()) : name
        let found = container.first(plain, isAbsolute: isAbsolute) { WellKnownMessage(name: $0) }
        guard let message = found else {
            return fail(
                Fault(
                    .unknownName, "there is no message \(plain.quoted)", hint: "a map is written {\"key\": value}",
                    at: expression.offset), expression.range)
        }
        var made: [MessageMaking.Field] = []
        for field in fields {
            guard let known = message.fields.first(where: { $0.name == field.name }) else {
                let names = message.fields.map(\.name)
                return fail(
                    Fault(
                        .unknownName, "\(message.rawValue) has no field \(field.name.quoted)",
                        hint: Suggestion.hint(for: field.name, among: names, known: "fields are"),
                        at: field.range.lowerBound), expression.range)
            }
            guard !made.contains(where: { $0.name == field.name }) else {
                return fail(
                    Fault(.syntax, "the field \(field.name.quoted) is there twice", at: field.range.lowerBound),
                    expression.range)
            }
            made.append((field.name, known.type.kinds, operation(field.value), field.isOptional))
        }
        return MessageMaking(message, made, expression.range)
    }
}
