import PatchbayCore

extension Library {
    /// `"%s is %.2f".format([name, price])`, as cel-spec's `doc/extensions/strings.md` has it.
    static let formats: [Overload] = [
        .binary("format", id: "string_format", .receiver, types: [.string, .list(.dyn)]) {
            (template: String, values: ListValue, evaluation) throws(Fault) in
            var formatter = Formatter(values, evaluation)
            defer { evaluation = formatter.evaluation }
            return try formatter.text(template)
        }
    ]
}

/// Puts values into a template. What it makes is charged as it grows.
private struct Formatter {
    /// Digits behind the point; more are never meant.
    private static let greatestPrecision = 100
    /// Lists and maps inside one another.
    private static let deepest = 250

    private let values: ListValue
    private(set) var evaluation: Evaluation
    private var result = ""

    init(_ values: ListValue, _ evaluation: Evaluation) {
        self.values = values
        self.evaluation = evaluation
    }

    mutating func text(_ template: String) throws(Fault) -> String {
        var rest = template.unicodeScalars[...]
        var next = 0
        while !rest.isEmpty {
            let plain = rest.prefix { $0 != "%" }
            try add(String(plain))
            rest = rest.dropFirst(plain.count + 1)
            guard plain.endIndex < template.unicodeScalars.endIndex else { break }
            if rest.first == "%" {
                rest.removeFirst()
                try add("%")
                continue
            }
            let precision = try precision(&rest)
            guard let clause = rest.popFirst() else {
                throw evaluation.fault(
                    .value, "the format ends in the middle of a clause", hint: "write %% for a percent sign")
            }
            guard next < values.count else {
                throw evaluation.fault(.value, "the format has more clauses than the \(values.count) values given")
            }
            try add(values[next], clause, precision)
            next += 1
        }
        return result
    }

    /// `.3`; six digits when nothing is said.
    private func precision(_ rest: inout Substring.UnicodeScalarView) throws(Fault) -> Int {
        guard rest.first == "." else { return 6 }
        rest.removeFirst()
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        guard let precision = Int(String(digits)), precision <= Self.greatestPrecision else {
            throw evaluation.fault(
                .value, "the precision is no number up to \(Self.greatestPrecision)", hint: "write %.2f")
        }
        return precision
    }

    private mutating func add(_ value: Value, _ clause: Unicode.Scalar, _ precision: Int) throws(Fault) {
        switch clause {
        case "s": try addText(value, level: 0)
        case "d":
            if case .double(let number) = value { return try add(DecimalText.shortest(number)) }
            try add(try digits(value, radix: 10, clause))
        case "f": try add(DecimalText.fixed(try double(value, clause), precision: precision))
        case "e": try add(DecimalText.scientific(try double(value, clause), precision: precision))
        case "b":
            if case .bool(let bit) = value { return try add(bit ? "1" : "0") }
            try add(try digits(value, radix: 2, clause))
        case "o": try add(try digits(value, radix: 8, clause))
        case "x", "X":
            let isUpper = clause == "X"
            switch value {
            case .string(let text): try addHexadecimal(Array(text.utf8), isUpper)
            case .bytes(let bytes): try addHexadecimal(bytes, isUpper)
            default: try add(try digits(value, radix: 16, clause, isUpper))
            }
        default:
            throw evaluation.fault(
                .value, "there is no clause %\(String(clause).shortened(to: 1))",
                hint: "there are %s, %d, %f, %e, %b, %x, %X, %o and %%")
        }
    }

    private func digits(
        _ value: Value, radix: Int, _ clause: Unicode.Scalar, _ isUpper: Bool = false
    ) throws(Fault) -> String {
        switch value {
        case .int(let number): String(number, radix: radix, uppercase: isUpper)
        case .uint(let number): String(number, radix: radix, uppercase: isUpper)
        default: throw unfit(value, clause)
        }
    }

    private func double(_ value: Value, _ clause: Unicode.Scalar) throws(Fault) -> Double {
        switch value {
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        case .double(let number): number
        default: throw unfit(value, clause)
        }
    }

    private func unfit(_ value: Value, _ clause: Unicode.Scalar) -> Fault {
        evaluation.fault(.type, "%\(clause) does not take \(value.article)")
    }

    private mutating func addHexadecimal(_ bytes: [UInt8], _ isUpper: Bool) throws(Fault) {
        try evaluation.make(bytes: bytes.count * 2)
        try add(Evaluation.hexadecimal(bytes, uppercase: isUpper))
    }

    private mutating func add(_ text: String) throws(Fault) {
        try evaluation.budget.check(bytes: result.utf8.count + text.utf8.count, at: evaluation.offset)
        try evaluation.budget.take(bytes: text.utf8.count, at: evaluation.offset)
        result += text
    }

    // MARK: %s

    private mutating func addText(_ value: Value, level: Int) throws(Fault) {
        guard level < Self.deepest else {
            throw evaluation.fault(.limit, "the value is nested more than \(Self.deepest) levels deep")
        }
        switch value {
        case .null: try add("null")
        case .bool(let value): try add("\(value)")
        case .int(let value): try add("\(value)")
        case .uint(let value): try add("\(value)")
        case .double(let value): try add(DecimalText.shortest(value))
        case .string(let text): try add(text)
        case .bytes(let bytes):
            try evaluation.make(bytes: bytes.count)
            try add(Self.repaired(bytes))
        case .timestamp(let instant): try add(instant.description)
        case .duration(let span): try add(span.description)
        case .type(let type): try add(type.runtimeName)
        case .list(let list):
            try add("[")
            for index in 0..<list.count {
                if index > 0 { try add(", ") }
                try addText(list[index], level: level + 1)
            }
            try add("]")
        case .map(let map): try addEntries(map, level: level)
        case .optional, .opaque: throw unfit(value, "s")
        }
    }

    /// By their keys' texts.
    private mutating func addEntries(_ map: MapValue, level: Int) throws(Fault) {
        try evaluation.make(elements: map.count)
        let keys = map.keys.map { (name: $0.name, key: $0) }.sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        try add("{")
        for (index, (name, key)) in keys.enumerated() {
            try add((index > 0 ? ", " : "") + name + ": ")
            if let value = map[key] { try addText(value, level: level + 1) }
        }
        try add("}")
    }

    /// As text, with one U+FFFD for each run of bytes that is none.
    private static func repaired(_ bytes: [UInt8]) -> String {
        var scalars = String.UnicodeScalarView()
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        var isInFault = false
        decoding: while true {
            switch decoder.decode(&rest) {
            case .scalarValue(let scalar):
                scalars.append(scalar)
                isInFault = false
            case .error:
                if !isInFault { scalars.append("\u{FFFD}") }
                isInFault = true
            case .emptyInput: break decoding
            }
        }
        return String(scalars)
    }
}
