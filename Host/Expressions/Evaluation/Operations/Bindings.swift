/// `cel.bind(name, value, body)`, and `cel.block([…], body)`. The values are computed once, in order; the failure of one
/// counts only where it is used.
final class Binding: Operation {
    private let bindings: [(slot: Int, value: any Operation)]
    private let body: any Operation
    let range: Range<Int>

    init(_ bindings: [(slot: Int, value: any Operation)], _ body: any Operation, _ range: Range<Int>) {
        self.bindings = bindings
        self.body = body
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        for (slot, operation) in bindings {
            do throws(Fault) {
                evaluation.slots[slot] = try operation.value(&evaluation)
            } catch {
                if error.code == .limit { throw error }
                evaluation.slots[slot] = nil
                evaluation.failures = (evaluation.failures ?? [:]).merging([slot: error]) { $1 }
            }
        }
        return try body.value(&evaluation)
    }
}

/// `target.optMap(name, body)` and `target.optFlatMap(name, body)`
final class OptionalMapping: Operation {
    private let target: any Operation
    private let slot: Int
    private let body: any Operation
    private let isFlat: Bool
    let range: Range<Int>
    let offset: Int

    init(
        _ target: any Operation, slot: Int, _ body: any Operation, isFlat: Bool, _ range: Range<Int>, offset: Int
    ) {
        self.target = target
        self.slot = slot
        self.body = body
        self.isFlat = isFlat
        self.range = range
        self.offset = offset
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        let (name, value) = (isFlat ? "optFlatMap" : "optMap", try target.value(&evaluation))
        guard case .optional(let content) = value else {
            throw Fault(.type, "\(name) does not take \(value.article)", hint: "it takes an optional", at: offset)
        }
        guard let content else { return .optional(nil) }
        evaluation.slots[slot] = content
        let result = try body.value(&evaluation)
        guard isFlat else { return .optional(result) }
        guard case .optional = result else {
            throw Fault(
                .type, "the result of optFlatMap must be an optional, and this is \(result.article)",
                hint: "optMap takes other results", at: offset)
        }
        return result
    }
}
