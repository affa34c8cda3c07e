import PatchbayJSON

/// What a comprehension goes over, and where its variables are: one for the element or key, or two for position and
/// element, key and value.
struct Loop: Sendable {
    let name: String
    let range: any Operation
    let first: Int
    let second: Int?
    let offset: Int

    /// Calls the body for every element with the variables set; false from it ends the loop.
    ///
    /// The body gets the position and, where there is one, the element's JSON.
    func run(
        _ evaluation: inout Evaluation,
        _ body: (inout Evaluation, Int, JSON?) throws(Fault) -> Bool
    ) throws(Fault) {
        try run(over: try range.value(&evaluation), &evaluation, body)
    }

    func run(
        over container: Value, _ evaluation: inout Evaluation,
        _ body: (inout Evaluation, Int, JSON?) throws(Fault) -> Bool
    ) throws(Fault) {
        switch container {
        case .list(.json(let elements)):
            for (position, element) in elements.enumerated() {
                try evaluation.budget.take(at: offset)
                set(.init(position: position), .init(element), &evaluation)
                guard try body(&evaluation, position, element) else { return }
            }
        case .list(.values(let elements)):
            for (position, element) in elements.enumerated() {
                try evaluation.budget.take(at: offset)
                set(.init(position: position), element, &evaluation)
                guard try body(&evaluation, position, nil) else { return }
            }
        case .map(.json(let object)):
            for (position, member) in object.enumerated() {
                try evaluation.budget.take(at: offset)
                evaluation.slots[first] = .string(member.name)
                if let second { evaluation.slots[second] = Value(member.value) }
                guard try body(&evaluation, position, nil) else { return }
            }
        case .map(.entries(let entries)):
            for (position, key) in entries.keys.enumerated() {
                try evaluation.budget.take(at: offset)
                evaluation.slots[first] = key.value
                if let second { evaluation.slots[second] = entries.values[position] }
                guard try body(&evaluation, position, nil) else { return }
            }
        default:
            throw Fault(
                .type, "\(name) does not take \(container.article)", hint: "it goes over a list or a map", at: offset)
        }
    }

    private func set(_ position: Value, _ element: Value, _ evaluation: inout Evaluation) {
        if let second {
            evaluation.slots[first] = position
            evaluation.slots[second] = element
        } else {
            evaluation.slots[first] = element
        }
    }
}

extension Value {
    fileprivate init(position: Int) { self = .int(Int64(position)) }
}
