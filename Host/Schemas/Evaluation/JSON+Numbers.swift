import PatchbayJSON

extension JSON {
    /// Compares numbers exactly, also whole ones with doubles. False for what is no number.
    func isLess(than other: JSON) -> Bool {
        guard let a = exactParts, let b = other.exactParts else { return false }
        return (a.whole, a.fraction) < (b.whole, b.fraction)
    }

    /// The whole number below and the rest above it; doubles that are out of the reach of 64-bit numbers are brought to
    /// just beyond it and keep their order by the rest.
    private var exactParts: (whole: Int128, fraction: Double)? {
        switch self {
        case .int(let value): return (Int128(value), 0)
        case .uint(let value): return (Int128(value), 0)
        case .double(let value):
            if value.isNaN { return nil }
            let reach = 0x1p65
            if value >= reach { return (1 << 65, value) }
            if value < -reach { return (-(1 << 65) - 1, value) }
            let whole = value.rounded(.down)
            return (Int128(whole), value - whole)
        default: return nil
        }
    }

    /// Whether the number is a whole multiple of the other one, both taken as the decimals they are written as: 0.3 is
    /// a multiple of 0.1.
    func isMultiple(of divisor: JSON) -> Bool {
        guard let value = Decimal(self), let divisor = Decimal(divisor), divisor.digits > 0 else { return false }
        if value.digits == 0 { return true }
        var shift = value.exponent - divisor.exponent
        var (digits, part) = (value.digits, divisor.digits)
        while shift < 0 {
            // The value has decimals that the divisor lacks.
            if digits % 10 == 0 {
                digits /= 10
            } else {
                let (larger, overflow) = part.multipliedReportingOverflow(by: 10)
                if overflow { return false }
                part = larger
            }
            shift += 1
        }
        var remainder = UInt128(digits % part)
        while shift > 0, remainder != 0 {
            remainder = remainder * 10 % UInt128(part)
            shift -= 1
        }
        return remainder == 0
    }
}

/// The digits of a number without its sign, to be multiplied by a power of ten.
private struct Decimal {
    var digits: UInt64
    var exponent = 0

    init?(_ number: JSON) {
        switch number {
        case .int(let value): digits = value.magnitude
        case .uint(let value): digits = value
        case .double(let value):
            // The shortest digits that give the double, at most 17: "1.5", "1e-07", "1.7976931348623157e+308".
            let parts = value.magnitude.description.split(separator: "e")
            let mantissa = parts[0].split(separator: ".")
            let decimals = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
            guard let digits = UInt64(mantissa[0] + decimals) else { return nil }
            self.digits = digits
            exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - decimals.utf8.count
        default: return nil
        }
    }
}
