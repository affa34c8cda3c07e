import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import Testing

/// A secret as encoders write it, each in its own way.
@Suite struct SecretFormsTests {
    static let secret = "Kanari \"q'uote\"/100%+=<&>ä€\\end"
    let redaction = Redaction([Secret(secret)])

    @Test(arguments: [
        // JavaScript's encodeURIComponent, Python's quote (which leaves /), a form, lower case, twice.
        "Kanari%20%22q'uote%22%2F100%25%2B%3D%3C%26%3E%C3%A4%E2%82%AC%5Cend",
        "Kanari%20%22q%27uote%22/100%25%2B%3D%3C%26%3E%C3%A4%E2%82%AC%5Cend",
        "Kanari+%22q%27uote%22%2f100%25%2b%3d%3c%26%3e%c3%a4%e2%82%ac%5cend",
        "Kanari%2520%2522q%2527uote%2522%252F100%2525%252B%253D%253C%2526%253E%25C3%25A4%25E2%2582%25AC%255Cend",
        // JSON: this writer's, Python's (ASCII only), PHP's (escaped slashes), Go's (<, >, & by number), JSON in JSON.
        #"Kanari \"q'uote\"/100%+=<&>ä€\\end"#, #"Kanari \"q'uote\"/100%+=<&>\u00e4\u20ac\\end"#,
        #"Kanari \"q'uote\"\/100%+=<&>\u00E4\u20AC\\end"#, #"Kanari \"q'uote\"/100%+=\u003c\u0026\u003eä€\\end"#,
        #"Kanari \\\"q'uote\\\"/100%+=<&>ä€\\\\end"#,
        // HTML and XML.
        "Kanari &quot;q&#39;uote&quot;/100%+=&lt;&amp;&gt;ä€\\end",
        "Kanari &#34;q&#x27;uote&#34;/100%+=&lt;&amp;&gt;&#228;&#x20AC;\\end",
        // As part of a host's name, or of whatever else is written in one case.
        "kanari \"q'uote\"/100%+=<&>ä€\\end",
    ])
    func `it is masked`(text: String) {
        #expect(redaction.masked(text) == "‹secret›")
        #expect(redaction.masked("before \(text) after") == "before ‹secret› after")
    }

    @Test(arguments: 0..<7) func `in base 64 it is masked wherever it stands`(before: Int) {
        let bytes = Array(String(repeating: "u", count: before).utf8) + Array(Self.secret.utf8) + Array("tail".utf8)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var bits: [Bool] = bytes.flatMap { byte in (0..<8).map { byte & 0x80 >> $0 != 0 } }
        while bits.count % 6 != 0 { bits.append(false) }
        let text = String(
            stride(from: 0, to: bits.count, by: 6).map { start in
                alphabet[bits[start..<start + 6].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }]
            })
        let middle = String(text.dropFirst(before * 8 / 6 + 2).prefix(20))
        let lines = text.enumerated().map { $0.offset % 13 == 12 ? "\($0.element)\r\n" : "\($0.element)" }.joined()
        let forms = [
            text, text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : "\($0)" }.joined(), lines,
            text.map { $0 == "+" ? "%2B" : $0 == "/" ? "%2f" : "\($0)" }.joined(),
            text.map { $0 == "/" ? "\\/" : "\($0)" }.joined(),
        ]
        for form in forms {
            let masked = redaction.masked(form)
            #expect(masked.contains("‹secret›"), "\(form)")
            #expect(!masked.contains(middle) && masked.utf8.count < 40, "\(form): \(masked)")
        }
    }

    @Test func `in hexadecimal it is masked`() {
        let text = Self.secret.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(redaction.masked("0x\(text) \(text.uppercased())!") == "0x‹secret› ‹secret›!")
    }

    @Test(arguments: ["", "…", "..."]) func `a text that was cut within it is masked to its end`(sign: String) {
        #expect(redaction.masked("token=Kanari \"q'u\(sign)") == "token=‹secret›")
        #expect(redaction.masked("token=Kan\(sign)") == "token=Kan\(sign)")
        #expect(redaction.masked("token=Kanari \"q'u, and more") == "token=Kanari \"q'u, and more")
    }

    @Test func `a text whose beginning was cut within it is masked from there`() {
        #expect(redaction.masked("100%+=<&>ä€\\end and more", isRest: true) == "‹secret› and more")
        #expect(redaction.masked("100%+=<&>ä€\\end and more") == "100%+=<&>ä€\\end and more")
        #expect(redaction.masked("nothing of it", isRest: true) == "nothing of it")
    }

    @Test(arguments: ["{\"a\": \"%22q'uote\"}", "+ab", "abc", "abcd"])
    func `bytes in base 64 are masked within, and stay base 64`(tail: String) throws {
        let redaction = Redaction([Secret("%22q'uote and more"), Secret("q'uote")])
        let file = "a file with %2522q%2527uote%20and%20more in it: " + tail
        let masked = redaction.masked(JSON.object(["file": .string(Self.base64(file))]))
        let shown = Self.base64(redaction.masked(file))
        #expect(masked["file"]?.string == shown)
        #expect(shown != Self.base64(file))
        let other: JSON = ["file": .string(Self.base64("nothing of it in this file, " + tail.filter { $0 != "q" }))]
        #expect(redaction.masked(other) == other)
    }

    private static func base64(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let bits = text.utf8.flatMap { byte in (0..<8).map { Int(byte >> (7 - $0) & 1) } }
        var result = ""
        for start in stride(from: 0, to: bits.count, by: 6) {
            result.append(alphabet[(0..<6).reduce(0) { $0 << 1 | (start + $1 < bits.count ? bits[start + $1] : 0) }])
        }
        while result.count % 4 != 0 { result.append("=") }
        return result
    }

    @Test func `what is joined masks the secrets of all`() {
        let both = Redaction.joined([redaction, Redaction([Secret("second-1")])])
        #expect(both.masked("second-1, \(Self.secret)") == "‹secret›, ‹secret›")
        #expect(Redaction.joined([]).isEmpty)
    }

    @Test func `large texts without it stay as they are`() {
        let text = String(repeating: #"{"a":"100%25 \"x\" &amp; + é"},"#, count: 20_000)
        #expect(redaction.masked(text) == text)
    }
}
