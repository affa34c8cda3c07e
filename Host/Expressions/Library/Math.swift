extension Library {
    /// The `math` extension.
    static let math: [Overload] =
        extremes("math.greatest", id: "max") { $0 == .after } + extremes("math.least", id: "min") { $0 == .before }
        + roundings + signs + bits

    // MARK: Greatest and least

    private static func extremes(
        _ name: String, id: String, _ isBetter: @escaping @Sendable (Comparison.Order) -> Bool
    ) -> [Overload] {
        let listed: Overload.Body = .one { list, evaluation throws(Fault) in
            guard case .list(let list) = list else { throw evaluation.noOverload(name, [list]) }
            guard list.count > 0 else {
                throw evaluation.fault(.value, "\(name) of an empty list is nothing", hint: "ask for its size first")
            }
            return try evaluation.extreme(name, list.elements, isBetter)
        }
        let spread: Overload.Body = .many { values, evaluation throws(Fault) in
            try evaluation.extreme(name, values, isBetter)
        }
        let numbers: [ValueType] = [.int, .uint, .double]
        // Numbers of one kind stay of that kind; of several it is known in a run only.
        return numbers.map {
            Overload(name, id: "math_\(id)_\($0)", .global, [$0], $0, isVariadic: true, spread)
        }
            + numbers.map {
                Overload(name, id: "math_\(id)_list_\($0)", .global, [.list($0)], $0, listed)
            } + [Overload(name, id: "math_\(id)_mixed", .global, [.dyn], .dyn, isVariadic: true, spread)]
    }

    // MARK: Rounding

    private static let roundings: [Overload] =
        [
            whole("ceil") { $0.rounded(.up) }, whole("floor") { $0.rounded(.down) },
            whole("round") { $0.rounded(.toNearestOrAwayFromZero) }, whole("trunc") { $0.rounded(.towardZero) },
            question("isInf") { $0.isInfinite }, question("isNaN") { $0.isNaN }, question("isFinite") { $0.isFinite },
            whole("sqrt") { $0.squareRoot() },
            .unary("math.sqrt", id: "math_sqrt_int") { (number: Int64, _) throws(Fault) in Double(number).squareRoot()
            },
            .unary("math.sqrt", id: "math_sqrt_uint") { (number: UInt64, _) throws(Fault) in Double(number).squareRoot()
            },
        ]

    private static func whole(_ name: String, _ body: @escaping @Sendable (Double) -> Double) -> Overload {
        .unary("math.\(name)", id: "math_\(name)_double") { (number: Double, _) throws(Fault) in body(number) }
    }

    private static func question(_ name: String, _ body: @escaping @Sendable (Double) -> Bool) -> Overload {
        .unary("math.\(name)", id: "math_\(name)_double") { (number: Double, _) throws(Fault) in body(number) }
    }

    // MARK: Signs

    private static let signs: [Overload] = [
        .unary("math.abs", id: "math_abs_int") { (number: Int64, evaluation) throws(Fault) in
            guard number != .min else { throw evaluation.fault(.value, "math.abs(\(number)) does not fit an int") }
            return abs(number)
        },
        .unary("math.abs", id: "math_abs_uint") { (number: UInt64, _) throws(Fault) in number },
        .unary("math.abs", id: "math_abs_double") { (number: Double, _) throws(Fault) in number.magnitude },
        .unary("math.sign", id: "math_sign_int") { (number: Int64, _) throws(Fault) in number.signum() },
        .unary("math.sign", id: "math_sign_uint") { (number: UInt64, _) throws(Fault) in number.signum() },
        .unary("math.sign", id: "math_sign_double") { (number: Double, _) throws(Fault) in
            number.isNaN ? number : number > 0 ? 1 : number < 0 ? -1 : 0.0
        },
    ]

    // MARK: Bits

    private static let bits: [Overload] =
        pair("bitAnd", { $0 & $1 }, { $0 & $1 }) + pair("bitOr", { $0 | $1 }, { $0 | $1 })
        + pair("bitXor", { $0 ^ $1 }, { $0 ^ $1 }) + [
            .unary("math.bitNot", id: "math_bitNot_int_int") { (bits: Int64, _) throws(Fault) in ~bits },
            .unary("math.bitNot", id: "math_bitNot_uint_uint") { (bits: UInt64, _) throws(Fault) in ~bits },
        ] + shift("bitShiftLeft") { $0 << $1 } + shift("bitShiftRight") { $0 >> $1 }

    private static func pair(
        _ name: String, _ ints: @escaping @Sendable (Int64, Int64) -> Int64,
        _ uints: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> [Overload] {
        [
            .binary("math.\(name)", id: "math_\(name)_int_int") { (a: Int64, b: Int64, _) throws(Fault) in ints(a, b) },
            .binary("math.\(name)", id: "math_\(name)_uint_uint") { (a: UInt64, b: UInt64, _) throws(Fault) in
                uints(a, b)
            },
        ]
    }

    /// Of the bits as they are: no sign is moved along. 64 places and more leave none.
    private static func shift(
        _ name: String, _ shift: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> [Overload] {
        let name = "math.\(name)"
        let id = name.replacing(".", with: "_")
        return [
            .binary(name, id: "\(id)_int_int") { (bits: Int64, places: Int64, evaluation) throws(Fault) in
                let places = try evaluation.places(name, places)
                return Int64(bitPattern: shift(UInt64(bitPattern: bits), places))
            },
            .binary(name, id: "\(id)_uint_int") { (bits: UInt64, places: Int64, evaluation) throws(Fault) in
                shift(bits, try evaluation.places(name, places))
            },
        ]
    }
}

extension Evaluation {
    fileprivate func places(_ name: String, _ places: Int64) throws(Fault) -> UInt64 {
        guard places >= 0 else { throw fault(.value, "\(name) by \(places) places", hint: "write 0 or more") }
        return UInt64(places)
    }

    /// Of equal ones the first.
    fileprivate mutating func extreme(
        _ name: String, _ values: [Value], _ isBetter: (Comparison.Order) -> Bool
    ) throws(Fault) -> Value {
        let numbers: Kinds = [.int, .uint, .double]
        var best = values[0]
        for value in values {
            try budget.take(at: offset)
            guard numbers.contains(value.kind), let order = try Comparison.order(value, best, &budget, at: offset)
            else { throw noOverload(name, [value], hint: "it compares numbers") }
            if isBetter(order) { best = value }
        }
        return best
    }
}
