/// `google.protobuf.Int64Value{value: a, ?other: b}`
final class MessageMaking: Operation {
    typealias Field = (name: String, kinds: Kinds, value: any Operation, isOptional: Bool)

    private let message: WellKnownMessage
    private let fields: [Field]
    let range: Range<Int>

    init(_ message: WellKnownMessage, _ fields: [Field], _ range: Range<Int>) {
        self.message = message
        self.fields = fields
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        var values: [(name: String, value: Value)] = []
        for field in fields {
            var value = try field.value.value(&evaluation)
            if field.isOptional {
                guard let content = try Access.content(of: value, at: field.value.offset) else { continue }
                value = content
            }
            guard field.kinds.contains(value.kind) else {
                throw Fault(
                    .type, "\(field.name) of \(message.rawValue) does not take \(value.article)",
                    at: field.value.offset)
            }
            try evaluation.budget.take(at: offset)
            values.append((field.name, value))
        }
        guard let value = message.value(values) else {
            throw Fault(.value, "\(message.rawValue) does not hold such a value", at: offset)
        }
        return value
    }
}
