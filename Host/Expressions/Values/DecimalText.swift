/// Doubles as decimal text, exactly: without a locale, and rounded half to even by what the double really is.
enum DecimalText {
    /// The shortest digits that read back as the same double, never with an exponent: `0.00001`, `100000000000000000000`.
    static func shortest(_ number: Double) -> String {
        if let special = special(number) { return special }
        // Swift's own text is the shortest; it may have an exponent.
        let text = number.magnitude.description
        let sign = number.sign == .minus ? "-" : ""
        let parts = text.split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? String(mantissa[1]) : ""
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let digits = String(mantissa[0]) + fraction
        let point = mantissa[0].utf8.count + exponent
        return sign + placed(Array(digits.utf8), point: point)
    }

    /// With exactly so many digits behind the point, and no point when that is 0.
    static func fixed(_ number: Double, precision: Int) -> String {
        if let special = special(number) { return special }
        let decimal = Decimal(number.magnitude).rounded(toFraction: precision)
        var digits = decimal.digits
        if decimal.point <= 0 { digits.insert(contentsOf: zeros(1 - decimal.point), at: 0) }
        let whole = max(1, decimal.point)
        digits += zeros(whole + precision - digits.count)
        let text = String(decoding: digits[..<whole], as: UTF8.self)
        let fraction = precision > 0 ? "." + String(decoding: digits[whole..<whole + precision], as: UTF8.self) : ""
        return (number.sign == .minus ? "-" : "") + text + fraction
    }

    /// One digit, so many behind the point, and the exponent with two digits at least: `1.052033e+03`.
    static func scientific(_ number: Double, precision: Int) -> String {
        if let special = special(number) { return special }
        var decimal = Decimal(number.magnitude)
        let isZero = decimal.digits.isEmpty
        decimal = decimal.rounded(toFraction: precision + 1 - decimal.point)
        let digits = decimal.digits + zeros(precision + 1 - decimal.digits.count)
        let exponent = isZero ? 0 : decimal.point - 1
        var text = (number.sign == .minus ? "-" : "") + String(decoding: digits[..<1], as: UTF8.self)
        if precision > 0 { text += "." + String(decoding: digits[1...precision], as: UTF8.self) }
        return text + (exponent < 0 ? "e-" : "e+") + (exponent.magnitude < 10 ? "0" : "") + "\(exponent.magnitude)"
    }

    /// What is no number.
    private static func special(_ number: Double) -> String? {
        if number.isNaN { return "NaN" }
        return number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : nil
    }

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x30, count: max(0, count)) }

    /// Digits with the point behind so many of them; no zeros at the end.
    private static func placed(_ digits: [UInt8], point: Int) -> String {
        var digits = digits
        while digits.last == 0x30, digits.count > max(point, 1) { digits.removeLast() }
        guard point > 0 else {
            guard digits.contains(where: { $0 != 0x30 }) else { return "0" }
            return "0." + String(decoding: zeros(-point) + digits, as: UTF8.self)
        }
        digits += zeros(point - digits.count)
        let fraction = digits.count > point ? "." + String(decoding: digits[point...], as: UTF8.self) : ""
        return String(decoding: digits[..<point], as: UTF8.self) + fraction
    }
}

/// A finite double's value in decimal digits, all of them.
private struct Decimal {
    /// As ASCII, without zeros at the start; empty for 0.
    var digits: [UInt8]
    /// How many digits stand before the point; negative when zeros follow it.
    var point: Int

    init(_ number: Double) {
        guard number > 0 else { (digits, point) = ([], 0); return }
        var mantissa = number.significandBitPattern | (number.isNormal ? 1 << 52 : 0)
        var exponent = (number.isNormal ? Int(number.exponentBitPattern) : 1) - 1_075
        let zeros = mantissa.trailingZeroBitCount
        mantissa >>= UInt64(zeros)
        exponent += zeros
        var whole = BigNumber(mantissa)
        if exponent >= 0 {
            whole.multiply(by: 2, times: exponent)
            digits = whole.digits
            point = digits.count
        } else {
            // m / 2^k is m * 5^k / 10^k.
            whole.multiply(by: 5, times: -exponent)
            digits = whole.digits
            point = digits.count + exponent
        }
    }

    /// With at most so many digits behind the point (fewer than none cuts before it).
    func rounded(toFraction count: Int) -> Decimal {
        let kept = point + count
        guard kept < digits.count else { return self }
        var rounded = self
        guard kept >= 0 else {
            (rounded.digits, rounded.point) = ([], 0)
            return rounded
        }
        rounded.digits = Array(digits[..<kept])
        let next = digits[kept]
        let isTie = next == 0x35 && !digits[(kept + 1)...].contains { $0 != 0x30 }
        let isUp = isTie ? kept > 0 && rounded.digits[kept - 1] & 1 == 1 : next >= 0x35
        guard isUp else { return rounded }
        var place = kept - 1
        while place >= 0, rounded.digits[place] == 0x39 {
            rounded.digits[place] = 0x30
            place -= 1
        }
        if place >= 0 {
            rounded.digits[place] += 1
        } else {
            rounded.digits.insert(0x31, at: 0)
            rounded.point += 1
        }
        return rounded
    }
}

/// A whole number of any size, as far as doubles need it.
private struct BigNumber {
    /// To the base of 10^9, the least first.
    private var limbs: [UInt64]
    private static let base: UInt64 = 1_000_000_000

    init(_ number: UInt64) {
        limbs = []
        var rest = number
        while rest > 0 {
            limbs.append(rest % Self.base)
            rest /= Self.base
        }
    }

    mutating func multiply(by factor: UInt64, times: Int) {
        // As many factors at once as stay below the base.
        let most = factor == 2 ? 29 : 12
        var rest = times
        while rest > 0 {
            let count = min(rest, most)
            var product: UInt64 = 1
            for _ in 0..<count { product *= factor }
            multiply(by: product)
            rest -= count
        }
    }

    private mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = limbs[index] * factor + carry
            limbs[index] = product % Self.base
            carry = product / Self.base
        }
        if carry > 0 { limbs.append(carry) }
    }

    var digits: [UInt8] {
        var digits: [UInt8] = []
        for (index, limb) in limbs.reversed().enumerated() {
            let text = String(limb)
            if index > 0 { digits += [UInt8](repeating: 0x30, count: 9 - text.utf8.count) }
            digits += text.utf8
        }
        return digits
    }
}
