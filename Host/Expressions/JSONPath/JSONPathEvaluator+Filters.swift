import PatchbayJSON

extension JSONPathEvaluator {
    mutating func holds(_ condition: JSONPathQuery.Condition, for current: JSON) throws(JSONPathError) -> Bool {
        switch condition {
        case .any(let conditions):
            for condition in conditions where try holds(condition, for: current) { return true }
            return false
        case .all(let conditions):
            for condition in conditions where try !holds(condition, for: current) { return false }
            return true
        case .not(let condition): return try !holds(condition, for: current)
        case .exists(let query): return try selectsAnything(query, from: current)
        case .function(let call): return try value(of: call, for: current) == .bool(true)
        case .comparison(let left, let comparison, let right):
            return try compare(value(of: left, for: current), comparison, value(of: right, for: current))
        }
    }

    /// Nil for nothing.
    private mutating func value(
        of operand: JSONPathQuery.Operand, for current: JSON
    ) throws(JSONPathError) -> JSON? {
        switch operand {
        case .literal(let value): value
        case .query(let query): try value(of: query, from: current)
        case .function(let call): try value(of: call, for: current)
        }
    }

    private mutating func value(
        of call: JSONPathQuery.FunctionCall, for current: JSON
    ) throws(JSONPathError) -> JSON? {
        try visit(1)
        switch call {
        case .length(let operand):
            switch try value(of: operand, for: current) {
            case .string(let text):
                try visit(text.utf8.count >> 6)
                return .int(Int64(text.unicodeScalars.count))
            case .array(let elements): return .int(Int64(elements.count))
            case .object(let members): return .int(Int64(members.count))
            default: return nil
            }
        case .count(let query): return .int(Int64(try values(selectedBy: query, from: current).count))
        case .value(let query):
            let values = try values(selectedBy: query, from: current)
            guard values.count == 1 else { return Optional.none }
            return values[0]
        case .regularExpression(let operand, let pattern, let isWhole):
            guard let text = try value(of: operand, for: current)?.string else { return false }
            let compiled: InteroperablePattern?
            switch pattern {
            case .compiled(let known): compiled = known
            case .computed(let operand):
                guard let source = try value(of: operand, for: current)?.string else { return false }
                compiled = try self.pattern(source)
            }
            try visit(1 + text.utf8.count >> 4)
            return .bool(compiled?.matches(text, isWhole: isWhole) ?? false)
        }
    }

    /// RFC 9535, 2.3.5.2.2: two nothings are equal, and values of different kinds are neither less nor equal.
    private mutating func compare(
        _ left: JSON?, _ comparison: JSONPathQuery.Comparison, _ right: JSON?
    ) throws(JSONPathError) -> Bool {
        switch comparison {
        case .equal: return try isEqual(left, right)
        case .notEqual: return try !isEqual(left, right)
        case .less: return isLess(left, right)
        case .greater: return isLess(right, left)
        case .lessOrEqual:
            if isLess(left, right) { return true }
            return try isEqual(left, right)
        case .greaterOrEqual:
            if isLess(right, left) { return true }
            return try isEqual(left, right)
        }
    }

    private mutating func isEqual(_ left: JSON?, _ right: JSON?) throws(JSONPathError) -> Bool {
        switch (left, right) {
        case (.none, .none): return true
        case (.none, .some), (.some, .none): return false
        case (.some(let left), .some(let right)): return try isEqual(left, right)
        }
    }

    private mutating func isEqual(_ left: JSON, _ right: JSON) throws(JSONPathError) -> Bool {
        switch (left, right) {
        case (.array(let a), .array(let b)) where a.count != b.count: return false
        case (.object(let a), .object(let b)) where a.count != b.count: return false
        case (.array, .array), (.object, .object):
            try visit(left.valueCount(upTo: 1_000_000))
            return left == right
        default: return left == right
        }
    }

    private func isLess(_ left: JSON?, _ right: JSON?) -> Bool {
        switch (left, right) {
        // By code points, which is the order of their bytes in UTF-8.
        case (.string(let a)?, .string(let b)?): a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.int(let a)?, .int(let b)?): a < b
        case (let a?, let b?): a.isLessNumber(than: b)
        default: false
        }
    }
}

extension JSON {
    /// Exactly, also between whole numbers and doubles; false for what is no number.
    fileprivate func isLessNumber(than other: JSON) -> Bool {
        switch (self, other) {
        case (.int(let a), .uint(let b)): a < b
        case (.uint(let a), .int(let b)): a < b
        case (.uint(let a), .uint(let b)): a < b
        case (.double(let a), .double(let b)): a < b
        case (.int(let whole), .double(let double)): Self.isLess(Int128(whole), double)
        case (.uint(let whole), .double(let double)): Self.isLess(Int128(whole), double)
        case (.double(let double), .int(let whole)): Self.isLess(double, Int128(whole))
        case (.double(let double), .uint(let whole)): Self.isLess(double, Int128(whole))
        default: false
        }
    }

    /// Whole numbers of 64 bits lie within 2^65; doubles beyond that are larger or smaller than any of them.
    private static func isLess(_ whole: Int128, _ double: Double) -> Bool {
        guard double.magnitude < 0x1p65 else { return double > 0 }
        // The next whole number above is greater exactly when the double is.
        return whole < Int128(double.rounded(.up))
    }

    private static func isLess(_ double: Double, _ whole: Int128) -> Bool {
        guard double.magnitude < 0x1p65 else { return double < 0 }
        return Int128(double.rounded(.down)) < whole
    }

    /// This value and all inside it, counted up to a limit.
    fileprivate func valueCount(upTo limit: Int) -> Int {
        var count = 0
        var waiting = [self]
        while let value = waiting.popLast(), count < limit {
            count += 1
            switch value {
            case .array(let elements): waiting += elements
            case .object(let members): waiting += members.map(\.value)
            default: break
            }
        }
        return count
    }
}
