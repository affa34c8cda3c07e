import PatchbayJSON

/// `+ - * / %` after CEL: both sides of one type, whole numbers without wrapping.
enum Arithmetic {
    static func apply(
        _ symbol: BinaryOperator, _ a: Value, _ b: Value, _ budget: inout Budget, at offset: Int
    ) throws(Fault) -> Value {
        switch (a, b) {
        case (.int(let a), .int(let b)): return .int(try whole(symbol, a, b, at: offset))
        case (.uint(let a), .uint(let b)): return .uint(try whole(symbol, a, b, at: offset))
        case (.double(let a), .double(let b)):
            switch symbol {
            case .add: return .double(a + b)
            case .subtract: return .double(a - b)
            case .multiply: return .double(a * b)
            case .divide: return .double(a / b)
            default: break
            }
        case (.string(let a), .string(let b)) where symbol == .add:
            let bytes = a.utf8.count + b.utf8.count
            try budget.check(bytes: bytes, at: offset)
            try budget.take(bytes: bytes, at: offset)
            return .string(a + b)
        case (.bytes(let a), .bytes(let b)) where symbol == .add:
            try budget.check(bytes: a.count + b.count, at: offset)
            try budget.take(bytes: a.count + b.count, at: offset)
            return .bytes(a + b)
        case (.timestamp, _), (.duration, _):
            if let result = try TimeArithmetic.apply(symbol, a, b, at: offset) { return result }
        case (.list(let a), .list(let b)) where symbol == .add:
            try budget.take(a.count + b.count, at: offset)
            return .list(joined(a, b))
        default: break
        }
        throw mismatch(symbol, a, b, at: offset)
    }

    static func negate(_ value: Value, at offset: Int) throws(Fault) -> Value {
        switch value {
        case .int(let number):
            guard number != .min else { throw overflow("-(\(number))", "an int", at: offset) }
            return .int(-number)
        case .double(let number): return .double(-number)
        default: throw Fault(.type, "- does not take \(value.article)", hint: "it takes an int or a double", at: offset)
        }
    }

    /// The error for values that an operator does not take.
    static func mismatch(_ symbol: BinaryOperator, _ a: Value, _ b: Value, at offset: Int) -> Fault {
        let hint: String? =
            switch (a, b) {
            case (.string, _), (_, .string): symbol == .add ? "turn the other side into text with string(…)" : nil
            case (.double, .int), (.double, .uint), (.int, .double), (.uint, .double):
                symbol == .modulo ? "% takes whole numbers" : "turn both sides into doubles with double(…)"
            case (.int, .uint), (.uint, .int): "turn both sides into ints with int(…)"
            case (.null, _), (_, .null): "ask with == null first"
            default: nil
            }
        return Fault(.type, "\(symbol.rawValue) does not take \(a.article) and \(b.article)", hint: hint, at: offset)
    }

    private static func whole<Whole: FixedWidthInteger>(
        _ symbol: BinaryOperator, _ a: Whole, _ b: Whole, at offset: Int
    ) throws(Fault) -> Whole {
        if b == 0, symbol == .divide || symbol == .modulo {
            throw Fault(.value, "\(a) \(symbol.rawValue) 0: division by zero", at: offset)
        }
        let (result, isOverflow) =
            switch symbol {
            case .add: a.addingReportingOverflow(b)
            case .subtract: a.subtractingReportingOverflow(b)
            case .multiply: a.multipliedReportingOverflow(by: b)
            case .divide: a.dividedReportingOverflow(by: b)
            default: a.remainderReportingOverflow(dividingBy: b)
            }
        guard !isOverflow else {
            throw overflow("\(a) \(symbol.rawValue) \(b)", Whole.isSigned ? "an int" : "a uint", at: offset)
        }
        return result
    }

    private static func overflow(_ operation: String, _ type: String, at offset: Int) -> Fault {
        Fault(.value, "\(operation) does not fit \(type)", hint: "compute with doubles, by double(…)", at: offset)
    }

    private static func joined(_ a: ListValue, _ b: ListValue) -> ListValue {
        if case .json(let a) = a, case .json(let b) = b { return .json(a + b) }
        return .values(a.elements + b.elements)
    }
}
