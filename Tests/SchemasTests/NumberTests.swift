import PatchbayJSON
import PatchbaySchemas
import Testing

@Suite struct NumberTests {
    @Test(arguments: [
        ("0.3", "0.1"), ("4.02", "0.01"), ("0.0075", "0.0001"), ("1e308", "0.5"), ("12391239123", "1e-8"), ("0", "7"),
        ("-9", "3"), ("18446744073709551615", "5"), ("1e300", "1e-300"), ("120", "1.2e2"), ("1200", "4e2"),
        ("-0.0", "3"),
        ("9223372036854775807", "7"), ("1.5", "0.00000000000000000000000000000000000000001"),
    ])
    func `a multiple is one of the decimals as they are written`(value: String, divisor: String) throws {
        #expect(try judge(JSON(parsing: value), ["multipleOf": JSON(parsing: divisor)]) == [])
    }

    @Test(arguments: [
        ("0.35", "0.1"), ("0.00751", "0.0001"), ("1e308", "0.123456789"), ("7", "1.4e1"), ("1e-300", "1e300"),
        ("0.5", "18446744073709551615"), ("1", "1e300"), ("9223372036854775807", "2"), ("1.5", "1"),
    ])
    func `what is no multiple is refused`(value: String, divisor: String) throws {
        #expect(try judge(JSON(parsing: value), ["multipleOf": JSON(parsing: divisor)]).count == 1)
    }

    @Test(arguments: [
        ("9007199254740992.0", "9007199254740993"), ("9223372036854775807", "9223372036854775808.0"),
        ("18446744073709551615", "18446744073709551616.0"), ("1", "1.0000000000000002"), ("-1.5", "-1"), ("-2", "-1.5"),
        ("1e30", "1e31"), ("-1e31", "-1e30"), ("-1e300", "-9223372036854775808"), ("18446744073709551615", "1e25"),
        ("9223372036854775807", "9223372036854775808"), ("3e19", "4e19"),
    ])
    func `whole numbers and doubles are compared exactly`(small: String, large: String) throws {
        let (small, large) = try (JSON(parsing: small), JSON(parsing: large))
        #expect(try judge(small, ["minimum": large]).count == 1)
        #expect(try judge(small, ["exclusiveMaximum": large]) == [])
        #expect(try judge(large, ["maximum": small]).count == 1)
        #expect(try judge(large, ["exclusiveMinimum": small]) == [])
        #expect(try judge(small, ["minimum": small, "maximum": small]) == [])
        #expect(try judge(large, ["exclusiveMaximum": large]).count == 1)
    }

    @Test func `doubles that no text can hold do not stop the check`() throws {
        for double in [Double.nan, .infinity, -.infinity] {
            _ = try judge(.double(double), ["type": "integer", "minimum": 1, "maximum": 2])
            _ = try judge(.double(double), ["multipleOf": 2, "minimum": 0])
        }
    }
}
