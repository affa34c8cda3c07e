import PatchbayJSON

/// `-operand`
final class Negation: Operation {
    private let operand: any Operation
    let range: Range<Int>

    init(_ operand: any Operation, _ range: Range<Int>) {
        self.operand = operand
        self.range = range
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try Arithmetic.negate(try operand.value(&evaluation), at: offset)
    }
}

/// `left + right` and the other operators that compute.
final class Calculation: Operation {
    private let symbol: BinaryOperator
    private let left: any Operation
    private let right: any Operation
    let range: Range<Int>
    let offset: Int

    init(_ symbol: BinaryOperator, _ left: any Operation, _ right: any Operation, _ range: Range<Int>, offset: Int) {
        self.symbol = symbol
        self.left = left
        self.right = right
        self.range = range
        self.offset = offset
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.budget.take(at: offset)
        let (a, b) = (try left.value(&evaluation), try right.value(&evaluation))
        return try Arithmetic.apply(symbol, a, b, &evaluation.budget, at: offset)
    }
}

/// `left == right`, `left != right`
final class Equality: Operation {
    private let left: any Operation
    private let right: any Operation
    private let isNegated: Bool
    let range: Range<Int>
    let offset: Int

    init(_ left: any Operation, _ right: any Operation, isNegated: Bool, _ range: Range<Int>, offset: Int) {
        self.left = left
        self.right = right
        self.isNegated = isNegated
        self.range = range
        self.offset = offset
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        .bool(try condition(&evaluation, of: ""))
    }

    func condition(_ evaluation: inout Evaluation, of symbol: String) throws(Fault) -> Bool {
        let (a, b) = (try left.value(&evaluation), try right.value(&evaluation))
        return try Comparison.areEqual(a, b, &evaluation.budget, at: offset) != isNegated
    }
}

/// `left == "text"`, `left != "text"`
final class TextEquality: Operation {
    private let left: any Operation
    private let text: String
    private let isNegated: Bool
    let range: Range<Int>
    let offset: Int

    init(_ left: any Operation, _ text: String, isNegated: Bool, _ range: Range<Int>, offset: Int) {
        self.left = left
        self.text = text
        self.isNegated = isNegated
        self.range = range
        self.offset = offset
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        .bool(try condition(&evaluation, of: ""))
    }

    func condition(_ evaluation: inout Evaluation, of symbol: String) throws(Fault) -> Bool {
        try evaluation.budget.take(at: offset)
        guard case .string(let other) = try left.value(&evaluation) else { return isNegated }
        return other.hasSameBytes(as: text) != isNegated
    }
}

/// `left < right` and the other operators of order.
final class Ordering: Operation {
    private let symbol: BinaryOperator
    private let left: any Operation
    private let right: any Operation
    let range: Range<Int>
    let offset: Int

    init(_ symbol: BinaryOperator, _ left: any Operation, _ right: any Operation, _ range: Range<Int>, offset: Int) {
        self.symbol = symbol
        self.left = left
        self.right = right
        self.range = range
        self.offset = offset
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        .bool(try condition(&evaluation, of: ""))
    }

    func condition(_ evaluation: inout Evaluation, of _: String) throws(Fault) -> Bool {
        try evaluation.budget.take(at: offset)
        let (a, b) = (try left.value(&evaluation), try right.value(&evaluation))
        guard let order = try Comparison.order(a, b, &evaluation.budget, at: offset) else {
            throw Arithmetic.mismatch(symbol, a, b, at: offset)
        }
        switch symbol {
        case .less: return order == .before
        case .lessOrEqual: return order == .before || order == .same
        case .greater: return order == .after
        default: return order == .after || order == .same
        }
    }
}

/// `left in right`
final class Membership: Operation {
    private let left: any Operation
    private let right: any Operation
    let range: Range<Int>
    let offset: Int

    init(_ left: any Operation, _ right: any Operation, _ range: Range<Int>, offset: Int) {
        self.left = left
        self.right = right
        self.range = range
        self.offset = offset
    }

    func value(_ evaluation: inout Evaluation) throws(Fault) -> Value {
        .bool(try condition(&evaluation, of: ""))
    }

    func condition(_ evaluation: inout Evaluation, of symbol: String) throws(Fault) -> Bool {
        try evaluation.budget.take(at: offset)
        let (value, container) = (try left.value(&evaluation), try right.value(&evaluation))
        switch container {
        case .list(let list):
            for index in 0..<list.count
            where try Comparison.areEqual(value, list[index], &evaluation.budget, at: offset) {
                return true
            }
            return false
        case .map(let map): return MapKey(value).map { map[$0] != nil } ?? false
        case .string:
            throw Fault(.type, "in does not take a string", hint: "write text.contains(part)", at: offset)
        default:
            throw Fault(.type, "in does not take \(container.article)", hint: "it takes a list or a map", at: offset)
        }
    }
}
