import PatchbayCore
import PatchbayJSON
import PatchbayOutbound
import Testing

@Suite struct RedactionTests {
    let redaction = Redaction([
        Secret("top secret/+?"), Secret("abcd"), Secret("cdef99"), Secret("12345678"), Secret("xyz"),
    ])

    @Test(arguments: [
        ("nothing here", "nothing here"), ("", ""),
        ("a top secret/+? b", "a ‹secret› b"),
        ("dG9wIHNlY3JldC8rPw== and dG9wIHNlY3JldC8rPw.", "‹secret› and ‹secret›."),
        ("q=top%20secret%2F%2B%3F&r", "q=‹secret›&r"), ("q=top%20secret%2f%2b%3f&r", "q=‹secret›&r"),
        ("q=top+secret%2F%2B%3F", "q=‹secret›"),
        ("abcdef99!", "‹secret›!"), ("abcdabcd", "‹secret›"), ("abcd abcd", "‹secret› ‹secret›"),
        ("xyz is too short to mask", "xyz is too short to mask"), ("abc", "abc"), ("üabcdü", "ü‹secret›ü"),
    ])
    func `secrets are masked in every form`(text: String, masked: String) {
        #expect(redaction.masked(text) == masked)
    }

    @Test func `a secret with quotes is masked where JSON escapes it`() {
        let redaction = Redaction([Secret("a\"b\\c")])
        #expect(redaction.masked(JSON.string("x a\"b\\c").text) == "\"x ‹secret›\"")
    }

    @Test func `values are masked at any depth, names and numbers included`() {
        let value: JSON = ["abcd": [["k": "an abcd"], 12_345_678, 123_456_789, 1.5, true, nil], "n": "fine"]
        let masked: JSON = ["‹secret›": [["k": "an ‹secret›"], "‹secret›", 123_456_789, 1.5, true, nil], "n": "fine"]
        #expect(redaction.masked(value) == masked)
    }

    @Test func `without secrets nothing changes`() {
        let none = Redaction([Secret("abc"), Secret("")])
        #expect(none.isEmpty)
        #expect(none.masked("abc") == "abc")
    }

    @Test func `an attachment's redaction also knows the token behind the scheme word`() {
        let attachment = SecretAttachment.header(name: "Authorization", value: Secret("Bearer tok-12345"))
        #expect(attachment.redaction.masked("Bearer tok-12345, tok-12345, Bearer") == "‹secret›, ‹secret›, Bearer")
    }
}
