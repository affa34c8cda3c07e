extension Parser {
    /// A number. The cursor stands on its sign or its first digit.
    ///
    /// `-0` is the whole number 0; only `-0.0` and its like keep the sign.
    mutating func number() throws(JSONError) -> JSON {
        let first = cursor
        let negative = next(is: UInt8(ascii: "-"))
        var digits = Digits()

        guard let leading = digit else { throw failure("found \(found()), expected a digit") }
        if leading == 0 {
            cursor += 1
            guard digit == nil else {
                throw failure("found \(found()) after a leading zero, expected \".\" or the end of the number")
            }
        } else {
            readDigits(into: &digits)
        }
        let mark = cursor < end ? cursor.pointee : 0
        if mark != UInt8(ascii: "."), mark | 0x20 != UInt8(ascii: "e"), let whole = digits.whole(negative: negative) {
            return whole
        }

        if next(is: UInt8(ascii: ".")) {
            guard digit != nil else { throw failure("found \(found()), expected a digit after the decimal point") }
            digits.exponent -= readDigits(into: &digits)
        }
        if next(is: UInt8(ascii: "e")) || next(is: UInt8(ascii: "E")) {
            digits.exponent += try exponent()
        }
        if let exact = digits.double { return .double(negative ? -exact : exact) }

        let text = String(decoding: UnsafeBufferPointer(start: first, count: cursor - first), as: UTF8.self)
        guard let double = Double(text), double.isFinite else {
            throw failure("found a number beyond ±1.8e308, which no double can hold", at: first)
        }
        return .double(double)
    }

    /// The digits and sign after an `e`; far beyond what a double can hold they no longer count.
    private mutating func exponent() throws(JSONError) -> Int {
        let negative = next(is: UInt8(ascii: "-"))
        if !negative { _ = next(is: UInt8(ascii: "+")) }
        guard digit != nil else { throw failure("found \(found()), expected a digit of the exponent") }
        var exponent = 0
        while let digit {
            exponent = min(exponent * 10 + Int(digit), 1_000_000)
            cursor += 1
        }
        return negative ? -exponent : exponent
    }

    /// Answers how many there were.
    @discardableResult
    private mutating func readDigits(into digits: inout Digits) -> Int {
        let first = cursor
        while let digit {
            digits.append(digit)
            cursor += 1
        }
        return cursor - first
    }

    /// The value of the next byte when it is a digit.
    @inline(__always)
    private var digit: UInt64? {
        guard cursor < end else { return nil }
        let value = cursor.pointee &- UInt8(ascii: "0")
        return value <= 9 ? UInt64(value) : nil
    }
}

/// The digits of a number as one whole number, as long as they fit, with the power of ten it is to be multiplied by.
private struct Digits {
    private var significand: UInt64 = 0
    private var fits = true
    var exponent = 0

    @inline(__always)
    mutating func append(_ digit: UInt64) {
        let (tens, overflow) = significand.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(digit)
        significand = sum
        if overflow || carry { fits = false }
    }

    /// The number when it is whole and fits 64 bits.
    func whole(negative: Bool) -> JSON? {
        guard fits else { return nil }
        if negative {
            return significand <= Int64.min.magnitude ? .int(Int64(truncatingIfNeeded: 0 &- significand)) : nil
        }
        return significand <= Int64.max.magnitude ? .int(Int64(significand)) : .uint(significand)
    }

    /// The number when one operation on exact doubles gives it, hence correctly rounded (Clinger's fast path): digits
    /// below 2^53, a power of ten up to 10^22.
    var double: Double? {
        guard fits, significand < 1 << 53 else { return nil }
        switch exponent {
        case 0: return Double(significand)
        case 1...22: return Double(significand) * Digits.powersOfTen[exponent]
        case -22 ... -1: return Double(significand) / Digits.powersOfTen[-exponent]
        default: return nil
        }
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}
