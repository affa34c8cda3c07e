/// Does damage to texts, the same for the same seed.
struct Damage {
    private var numbers: SplitMix

    init(_ seed: UInt64) { numbers = SplitMix(seed) }

    /// From 0; `bound` is above 0.
    mutating func number(below bound: Int) -> Int { Int(numbers.next() % UInt64(max(1, bound))) }

    /// One to four changes; now and then none.
    mutating func done(to text: [UInt8]) -> [UInt8] {
        var text = text
        for _ in 0..<number(below: 5) { change(&text) }
        return text
    }

    private mutating func change(_ text: inout [UInt8]) {
        let place = number(below: text.count + 1)
        let end = min(text.count, place + 1 + number(below: 16))
        switch number(below: 7) {
        case 0: text.removeSubrange(place..<end)
        case 1: text.insert(contentsOf: text[place..<end], at: place)
        case 2: text.replaceSubrange(place..<end, with: Self.words[number(below: Self.words.count)].utf8)
        case 3: text.insert(contentsOf: Self.words[number(below: Self.words.count)].utf8, at: place)
        case 4 where place < text.count: text[place] = UInt8(truncatingIfNeeded: numbers.next())
        case 5 where place < text.count: text[place] ^= 1 << UInt8(number(below: 8))
        case 6: text.removeSubrange(place...)
        default: break
        }
    }

    /// What parsers, arithmetic and those who build texts of texts stumble over.
    private static let words = [
        "null", "true", "[]", "{}", "\"\"", "-1", "0.1e999", "9223372036854775807", "-9223372036854775808",
        "18446744073709551616", "1e-400", "\\u0000", "\\ud800", "\u{0}", "\u{7F}", "\u{202E}", "\u{1F600}", "%s%n",
        "%00",
        "../../", "\r\nX-Injected: 1\r\n", "{{x}}", "'; --", "http://[::1]:0/", String(repeating: "[", count: 2_000),
        String(repeating: "a", count: 70_000),
    ]
}
