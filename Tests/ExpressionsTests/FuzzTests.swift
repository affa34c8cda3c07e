import PatchbayExpressions
import PatchbayJSON
import Testing

/// Whatever stands between the braces: a value or an error, never a crash. The seed is fixed, so that a failure comes
/// back.
struct FuzzTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        /// SplitMix64.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }

    private let evaluate = Evaluating()
    private let words = [
        "trigger", "steps", "input", "env", ".", ".body", ".output", "get_user", "[", "]", "(", ")", "{", "}", "{{",
        "}}", ",",
        ":", "?", "1", "0", "-", "+", "*", "/", "%", "==", "<", "in", "&&", "||", "!", "'a'", "\"", "'", "\\", "size(",
        "has(",
        "string(", "null", "true", "1.5", "2u", "0x", "9223372036854775807", "é", "\n", " ", "//", "\u{0}", "r'", "'''",
    ]

    @Test func `random words never crash`() {
        var generator = Generator(state: 1)
        var count = 0
        for _ in 0..<20_000 {
            let length = Int.random(in: 1...12, using: &generator)
            let text = (0..<length).map { _ in words.randomElement(using: &generator) ?? "" }.joined()
            if (try? evaluate("{{" + text + "}}")) != nil { count += 1 }
            if (try? evaluate.text(text)) != nil { count += 1 }
        }
        #expect(count > 0)
    }

    @Test func `random bytes never crash`() {
        var generator = Generator(state: 2)
        for _ in 0..<5_000 {
            let length = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = try? evaluate.text("{{" + String(decoding: bytes, as: UTF8.self) + "}}")
        }
    }
}
