/// The span as CEL writes it, and as it is read.
extension TimeSpan: CustomStringConvertible {
    /// In seconds: `90s`, `-0.5s`.
    package var description: String {
        let sign = seconds < 0 || nanos < 0 ? "-" : ""
        return "\(sign)\(seconds.magnitude)\(Self.fraction(abs(nanos)))s"
    }

    /// The digits of a second behind the point, with the point; empty when there are none.
    static func fraction(_ nanos: Int32) -> String {
        guard nanos > 0 else { return "" }
        let digits = String(nanos)
        var text = Array((String(repeating: "0", count: 9 - digits.utf8.count) + digits).utf8)
        while text.last == 0x30 { text.removeLast() }
        return "." + String(decoding: text, as: UTF8.self)
    }

    /// Why a text is no span.
    package enum TextFault: Error {
        case syntax
        case range
    }

    private static let units: [String: Int128] = [
        "h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "\u{B5}s": 1_000,
        "\u{3BC}s": 1_000, "ns": 1,
    ]

    /// Reads numbers, also with a fraction, each with its unit: `1h30m`, `-1.5s`, `300ms`, `10us`, `5ns`; `0` has none. What is
    /// smaller than a nanosecond is dropped.
    package init(_ text: String) throws(TextFault) {
        var rest = text.unicodeScalars[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        guard !rest.isEmpty else { throw .syntax }
        var total: Int128 = 0
        if rest.elementsEqual("0".unicodeScalars) { rest = rest.dropFirst() }
        while !rest.isEmpty {
            let whole = rest.prefix(while: Self.isDigit)
            rest = rest.dropFirst(whole.count)
            var part = Substring.UnicodeScalarView()
            if rest.first == "." {
                rest.removeFirst()
                part = rest.prefix(while: Self.isDigit)
                rest = rest.dropFirst(part.count)
            }
            let name = rest.prefix { $0 != "." && !Self.isDigit($0) }
            rest = rest.dropFirst(name.count)
            guard !whole.isEmpty || !part.isEmpty, let unit = Self.units[String(name)] else { throw .syntax }
            total += try Self.count(whole) * unit + Self.fraction(part, of: unit)
            guard total <= Int128(Int64.max) + 1 else { throw .range }
        }
        guard let span = TimeSpan(nanoseconds: isNegative ? -total : total) else { throw .range }
        self = span
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    /// More than 2^64 of the smallest unit is out of range.
    private static func count(_ digits: Substring.UnicodeScalarView) throws(TextFault) -> Int128 {
        var number: Int128 = 0
        for digit in digits {
            number = number * 10 + Int128(digit.value - 0x30)
            guard number < 1 << 64 else { throw .range }
        }
        return number
    }

    /// Nanoseconds; digits behind the 18th are less than one of them.
    private static func fraction(_ digits: Substring.UnicodeScalarView, of unit: Int128) -> Int128 {
        var (number, scale): (Int128, Int128) = (0, 1)
        for digit in digits.prefix(18) {
            number = number * 10 + Int128(digit.value - 0x30)
            scale *= 10
        }
        return number * unit / scale
    }
}
