/// What a function's parameter or result can be in Swift, so that functions are written without looking into `Value`s.
protocol Operand: Sendable {
    /// As overloads declare it, unless they say something narrower.
    static var declaredType: ValueType { get }
    /// Nil when the value is of another kind.
    init?(_ value: Value)
    var value: Value { get }
}

extension Bool: Operand {
    static var declaredType: ValueType { .bool }

    init?(_ value: Value) {
        guard case .bool(let own) = value else { return nil }
        self = own
    }

    var value: Value { .bool(self) }
}

extension Int64: Operand {
    static var declaredType: ValueType { .int }

    init?(_ value: Value) {
        guard case .int(let own) = value else { return nil }
        self = own
    }

    var value: Value { .int(self) }
}

extension UInt64: Operand {
    static var declaredType: ValueType { .uint }

    init?(_ value: Value) {
        guard case .uint(let own) = value else { return nil }
        self = own
    }

    var value: Value { .uint(self) }
}

extension Double: Operand {
    static var declaredType: ValueType { .double }

    init?(_ value: Value) {
        guard case .double(let own) = value else { return nil }
        self = own
    }

    var value: Value { .double(self) }
}

extension String: Operand {
    static var declaredType: ValueType { .string }

    init?(_ value: Value) {
        guard case .string(let own) = value else { return nil }
        self = own
    }

    var value: Value { .string(self) }
}

extension [UInt8]: Operand {
    static var declaredType: ValueType { .bytes }

    init?(_ value: Value) {
        guard case .bytes(let own) = value else { return nil }
        self = own
    }

    var value: Value { .bytes(self) }
}

extension ListValue: Operand {
    static var declaredType: ValueType { .list(.parameter("T")) }

    init?(_ value: Value) {
        guard case .list(let own) = value else { return nil }
        self = own
    }

    var value: Value { .list(self) }
}

extension Instant: Operand {
    static var declaredType: ValueType { .timestamp }

    init?(_ value: Value) {
        guard case .timestamp(let own) = value else { return nil }
        self = own
    }

    var value: Value { .timestamp(self) }
}

extension TimeSpan: Operand {
    static var declaredType: ValueType { .duration }

    init?(_ value: Value) {
        guard case .duration(let own) = value else { return nil }
        self = own
    }

    var value: Value { .duration(self) }
}

extension Value: Operand {
    static var declaredType: ValueType { .dyn }

    init?(_ value: Value) { self = value }

    var value: Value { self }
}
