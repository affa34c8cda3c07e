import PatchbayJSON
import Testing

@Suite struct ParsingNumberTests {
    /// The case of the value with its content, since `==` takes 1 and 1.0 for the same.
    private func read(_ text: String) throws -> String {
        switch try JSON(parsing: text) {
        case .int(let value): "int \(value)"
        case .uint(let value): "uint \(value)"
        case .double(let value): "double \(value)"
        default: "no number"
        }
    }

    @Test(arguments: [
        ("0", "int 0"), ("7", "int 7"), ("-12", "int -12"), ("9223372036854775807", "int 9223372036854775807"),
        ("-9223372036854775808", "int -9223372036854775808"), ("9223372036854775808", "uint 9223372036854775808"),
        ("18446744073709551615", "uint 18446744073709551615"), ("9007199254740993", "int 9007199254740993"),
        ("18446744073709551616", "double 1.8446744073709552e+19"),
        ("-9223372036854775809", "double -9.223372036854776e+18"),
        ("100000000000000000000", "double 1e+20"), ("184467440737095516150", "double 1.844674407370955e+20"),
    ])
    func `whole numbers are exact to 64 bits and doubles beyond`(text: String, value: String) throws {
        #expect(try read(text) == value)
    }

    @Test(arguments: [
        ("1.0", "double 1.0"), ("1e0", "double 1.0"), ("1E+2", "double 100.0"), ("-1.5e-3", "double -0.0015"),
        ("0.1", "double 0.1"), ("0.30000000000000004", "double 0.30000000000000004"), ("1e22", "double 1e+22"),
        ("1e23", "double 1e+23"), ("5e-324", "double 5e-324"), ("2e-324", "double 0.0"), ("1e-400", "double 0.0"),
        ("1.7976931348623157e308", "double 1.7976931348623157e+308"),
        ("9007199254740993.0", "double 9007199254740992.0"),
        ("0e99999999999999999999", "double 0.0"), ("123456789012345678901234567890e-20", "double 1234567890.1234567"),
        ("2.2250738585072011e-308", "double 2.225073858507201e-308"), ("8.5", "double 8.5"), ("-0.0", "double -0.0"),
    ])
    func `fractions and exponents give the nearest double`(text: String, value: String) throws {
        #expect(try read(text) == value)
    }

    @Test func `minus nothing is the whole number nothing`() throws {
        #expect(try read("-0") == "int 0")
        #expect(try read("-0e0") == "double -0.0")
    }

    @Test(arguments: ["1e309", "-1e309", "1e99999999999999999999", "179769313486231580793e289"])
    func `a number that no double can hold is refused`(text: String) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: " [\(text)]") }
        #expect(error?.message == "found a number beyond ±1.8e308, which no double can hold")
        #expect(error?.offset == 2)
    }

    @Test func `a hundred thousand digits are one number`() throws {
        #expect(try JSON(parsing: "0." + String(repeating: "3", count: 100_000)) == .double(1.0 / 3))
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "3", count: 100_000)) }
    }
}
