/// Durations as people write them: whole numbers with a unit, `500ms`, `20s`, `5m`, `2h`, `1d`, also in a row (`1h30m`).
package enum DurationText {
    /// 10 years: longer is a slip, and sums with a moment stay far from overflow.
    package static let longest: Int64 = 3_650 * 86_400_000

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// What is wrong with a duration's text.
    package struct Failure: Error, Sendable, Hashable {
        package var message: String
        package var hint: String
    }

    /// The milliseconds a text stands for.
    package static func milliseconds(_ text: String) throws(Failure) -> Int64 {
        var rest = text.utf8[...]
        var total: Int64 = 0
        guard !rest.isEmpty else { throw failure("the duration is empty") }
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { (0x41...0x5A).contains($0 & 0xDF) }
            rest = rest.dropFirst(letters.count)
            guard !digits.isEmpty else { throw failure("\(text.quoted) is no duration") }
            guard let unit = units.first(where: { Substring(letters) == $0.name }) else {
                guard letters.isEmpty else {
                    throw failure("\(text.quoted) has an unknown unit \(String(Substring(letters)).quoted)")
                }
                guard rest.isEmpty else { throw failure("\(text.quoted) is no duration") }
                throw failure("\(text.quoted) has no unit")
            }
            guard digits.count <= 15, let count = Int64(Substring(digits)) else { throw tooLong(text) }
            let (product, isTooLarge) = count.multipliedReportingOverflow(by: unit.milliseconds)
            guard !isTooLarge, product <= longest, total + product <= longest else { throw tooLong(text) }
            total += product
        }
        return total
    }

    /// The shortest text for that many milliseconds.
    package static func text(_ milliseconds: Int64) -> String {
        var rest = max(milliseconds, 0)
        guard rest > 0 else { return "0s" }
        var text = ""
        for unit in units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }

    private static func failure(_ message: String) -> Failure {
        Failure(
            message: message, hint: "write a whole number with ms, s, m, h or d, such as \"500ms\", \"20s\" or \"5m\"")
    }

    private static func tooLong(_ text: String) -> Failure {
        Failure(message: "\(text.quoted) is longer than 10 years", hint: "write at most \"3650d\"")
    }
}
