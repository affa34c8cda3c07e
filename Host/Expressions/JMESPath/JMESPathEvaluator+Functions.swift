import PatchbayJSON

extension JMESPathEvaluator {
    mutating func result(of call: JMESPathCall, on current: JSON) throws(JMESPathError) -> JSON {
        var values: [JSON] = []
        for (position, argument) in call.arguments.enumerated() {
            let parameter = call.function.parameter(at: position)
            guard parameter != .expression else { continue }
            let value = try value(of: argument, on: current)
            try check(value, parameter, of: call)
            values.append(value)
        }
        return try result(of: call, for: values)
    }

    private mutating func result(of call: JMESPathCall, for values: [JSON]) throws(JMESPathError) -> JSON {
        switch call.function {
        case .map, .maxBy, .minBy, .sortBy: return try each(of: values[0].array ?? [], call)
        case .notNull: return values.first { !$0.isNull } ?? .null
        case .merge: return try merged(values)
        case .contains: return .bool(try contains(values[0], values[1]))
        case .startsWith, .endsWith:
            let (text, part) = (values[0].utf8, values[1].utf8)
            guard part.count <= text.count else { return false }
            try spend(part.count / 64)
            return .bool(
                (call.function == .startsWith ? text.prefix(part.count) : text.suffix(part.count)) == part[...])
        case .join: return try joined(values[1].array ?? [], by: values[0].string ?? "", call)
        default: return try result(of: call.function, for: values[0])
        }
    }

    /// Functions of one value.
    private mutating func result(of function: JMESPathFunction, for value: JSON) throws(JMESPathError) -> JSON {
        switch function {
        case .abs: return value.magnitude
        case .ceil: return value.rounded(.up)
        case .floor: return value.rounded(.down)
        case .avg:
            let numbers = value.array ?? []
            return numbers.isEmpty ? .null : JSON.number((try sum(numbers).double ?? 0) / Double(numbers.count))
        case .sum: return try sum(value.array ?? [])
        case .max: return try extreme(of: value.array ?? []) { $1.isLess(than: $0) }.map { $0.value } ?? .null
        case .min: return try extreme(of: value.array ?? []) { $0.isLess(than: $1) }.map { $0.value } ?? .null
        case .sort:
            let elements = value.array ?? []
            return .array(try sorted(elements).map { elements[$0] })
        case .keys: return .array((value.object ?? [:]).map { .string($0.name) })
        case .values: return .array((value.object ?? [:]).map(\.value))
        case .length: return .int(Int64(try length(of: value)))
        case .reverse: return try reversed(value)
        case .toArray:
            if case .array = value { return value }
            return .array([value])
        case .toNumber: return number(value)
        case .toString:
            if case .string = value { return value }
            try measure(value)
            return .string(value.text)
        case .type: return .string(value.typeName)
        default: return .null
        }
    }

    private mutating func sum(_ numbers: [JSON]) throws(JMESPathError) -> JSON {
        try spend(numbers.count)
        var whole: Int64 = 0
        var isWhole = true
        for number in numbers {
            guard case .int(let value) = number else {
                isWhole = false
                break
            }
            let (sum, isTooLarge) = whole.addingReportingOverflow(value)
            whole = sum
            if isTooLarge {
                isWhole = false
                break
            }
        }
        return isWhole ? .int(whole) : JSON.number(numbers.reduce(0) { $0 + ($1.double ?? 0) })
    }

    private mutating func length(of value: JSON) throws(JMESPathError) -> Int {
        switch value {
        case .string(let text):
            try spend(text.utf8.count / 64)
            return text.unicodeScalars.count
        case .array(let elements): return elements.count
        case .object(let members): return members.count
        default: return 0
        }
    }

    private mutating func reversed(_ value: JSON) throws(JMESPathError) -> JSON {
        if case .array(let elements) = value {
            try spend(elements.count)
            return .array(elements.reversed())
        }
        let text = value.string ?? ""
        try spend(text.utf8.count / 8)
        var reversed = String.UnicodeScalarView()
        reversed.append(contentsOf: text.unicodeScalars.reversed())
        return .string(String(reversed))
    }

    private mutating func merged(_ objects: [JSON]) throws(JMESPathError) -> JSON {
        var merged = JSONObject()
        for object in objects {
            try spend(object.object?.count ?? 0)
            for member in object.object ?? [:] { merged[member.name] = member.value }
        }
        return .object(merged)
    }

    private mutating func joined(_ parts: [JSON], by glue: String, _ call: JMESPathCall) throws(JMESPathError) -> JSON {
        let bytes =
            parts.reduce(0) { $0 + ($1.string?.utf8.count ?? 0) } + glue.utf8.count * Swift.max(0, parts.count - 1)
        guard bytes <= limits.result else {
            throw limit("join() makes a string of \(bytes) bytes, the limit is \(limits.result)", at: call.offset)
        }
        try spend(parts.count + bytes / 64)
        return .string(parts.lazy.compactMap(\.string).joined(separator: glue))
    }

    private func number(_ value: JSON) -> JSON {
        if value.isNumber { return value }
        guard case .string(let text) = value, let first = text.utf8.first,
            first == UInt8(ascii: "-") || (0x30...0x39).contains(first), text.utf8.count <= 1_000,
            let number = try? JSON(parsing: text), number.isNumber, let last = text.utf8.last, last > 0x20
        else { return .null }
        return number
    }

    private mutating func contains(_ whole: JSON, _ part: JSON) throws(JMESPathError) -> Bool {
        if case .array(let elements) = whole {
            for element in elements where try areEqual(element, part) { return true }
            return false
        }
        guard case .string = part else { return false }
        let (text, wanted) = (whole.utf8, part.utf8)
        try spend((text.count + wanted.count) / 64)
        return text.contains(wanted)
    }

    // MARK: Order and expressions

    /// For `map` and the functions that compare by an expression.
    private mutating func each(of elements: [JSON], _ call: JMESPathCall) throws(JMESPathError) -> JSON {
        let expression = call.arguments[call.function == .map ? 0 : 1]
        var keys: [JSON] = []
        keys.reserveCapacity(elements.count)
        for element in elements {
            let key = try value(of: expression, on: element)
            if call.function != .map { try check(key, like: keys.first, of: call) }
            keys.append(key)
        }
        switch call.function {
        case .sortBy: return .array(try sorted(keys).map { elements[$0] })
        case .maxBy: return try extreme(of: keys) { $1.isLess(than: $0) }.map { elements[$0.position] } ?? .null
        case .minBy: return try extreme(of: keys) { $0.isLess(than: $1) }.map { elements[$0.position] } ?? .null
        default: return .array(keys)
        }
    }

    /// The first that comes before all others.
    private mutating func extreme(
        of values: [JSON], isBefore: (JSON, JSON) -> Bool
    ) throws(JMESPathError) -> (position: Int, value: JSON)? {
        var best: (position: Int, value: JSON)?
        for (position, value) in values.enumerated() {
            try spend(1 + (value.string?.utf8.count ?? 0) / 64)
            if let known = best, !isBefore(value, known.value) { continue }
            best = (position, value)
        }
        return best
    }

    /// The positions in the order of the values; equal ones stay in theirs.
    private mutating func sorted(_ values: [JSON]) throws(JMESPathError) -> [Int] {
        // How often each may be compared, about.
        let rounds = Int.bitWidth - values.count.leadingZeroBitCount + 1
        for value in values { try spend(rounds * (1 + (value.string?.utf8.count ?? 0) / 64)) }
        return values.indices.sorted { a, b in
            values[a].isLess(than: values[b]) || !values[b].isLess(than: values[a]) && a < b
        }
    }

    // MARK: Types

    private mutating func check(
        _ value: JSON, _ parameter: JMESPathFunction.Parameter, of call: JMESPathCall
    ) throws(JMESPathError) {
        if case .array(let elements) = value { try spend(elements.count / 16) }
        guard !parameter.accepts(value) else { return }
        var found = value.described
        if case .array(let elements) = value, parameter != .object, parameter != .string, parameter != .number {
            let kinds = Set(elements.map(\.typeName)).sorted()
            found = "an array of \(kinds.map { $0 + "s" }.joined(separator: " and "))"
        }
        throw typeError("\(call.function.rawValue)() takes \(parameter.name), not \(found)", call)
    }

    /// What things are sorted by: all numbers or all strings.
    private func check(_ key: JSON, like first: JSON?, of call: JMESPathCall) throws(JMESPathError) {
        let name = call.function.rawValue
        guard key.isNumber || key.string != nil else {
            throw typeError("\(name)() compares numbers or strings, not \(key.described)", call)
        }
        if let first, first.isNumber != key.isNumber {
            throw typeError("\(name)() compares numbers or strings, not some of each", call)
        }
    }

    private func typeError(_ message: String, _ call: JMESPathCall) -> JMESPathError {
        JMESPathError(code: .invalidType, message: message, offset: call.offset)
    }
}

extension JMESPathFunction.Parameter {
    fileprivate func accepts(_ value: JSON) -> Bool {
        switch self {
        case .any, .expression: true
        case .number: value.isNumber
        case .string: value.string != nil
        case .array: value.array != nil
        case .object: value.object != nil
        case .numbers: value.array?.allSatisfy(\.isNumber) ?? false
        case .strings: value.array?.allSatisfy { $0.string != nil } ?? false
        case .numbersOrStrings: Self.numbers.accepts(value) || Self.strings.accepts(value)
        case .arrayOrString: value.array != nil || value.string != nil
        case .sized: value.array != nil || value.string != nil || value.object != nil
        }
    }
}
