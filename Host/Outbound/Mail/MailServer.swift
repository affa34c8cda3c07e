package import PatchbayCore

/// The server that letters are handed to, as the operator names it: `smtp://user:password@mail.example.com:587` (the
/// connection is secured by STARTTLS before anything is said), `smtps://…:465` (from the start), or
/// `smtp://…?tls=off` for a server on the same machine or network.
package struct MailServer: Sendable, Equatable {
    package enum Security: Sendable, Equatable { case startTLS, tls, none }

    package var host: String
    package var port: Int
    package var security: Security
    package var user: String?
    package var password: Secret?
    /// The address that letters come from.
    package var sender: String

    /// Throws `MailFailure` with what is wrong; without the password.
    package init(url: String, sender: String) throws(MailFailure) {
        guard let address = EmailAddress.canonical(sender) else {
            throw MailFailure("PATCHBAY_SMTP_FROM needs an address such as patchbay@example.com")
        }
        self.sender = address
        let wrong = MailFailure(
            "PATCHBAY_SMTP_URL needs the form smtp://user:password@host:587, smtps://user:password@host:465, or "
                + "smtp://host:25?tls=off; characters such as @ and / in the password as %40 and %2F")
        guard let separator = url.firstRange(of: "://") else { throw wrong }
        var rest = url[separator.upperBound...]
        switch url[..<separator.lowerBound] {
        case "smtp": security = .startTLS
        case "smtps": security = .tls
        default: throw wrong
        }
        if let mark = rest.firstIndex(of: "?") {
            guard rest[rest.index(after: mark)...] == "tls=off", security == .startTLS else { throw wrong }
            security = .none
            rest = rest[..<mark]
        }
        if rest.hasSuffix("/") { rest.removeLast() }
        if let at = rest.lastIndex(of: "@") {
            let halves = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let user = Self.decoded(halves[0]), let password = Self.decoded(halves[1]),
                !user.isEmpty
            else { throw wrong }
            self.user = user
            self.password = Secret(password)
            rest = rest[rest.index(after: at)...]
        }
        var portText: Substring?
        if let colon = rest.lastIndex(of: ":"), !rest.hasSuffix("]") {
            portText = rest[rest.index(after: colon)...]
            rest = rest[..<colon]
        }
        guard let port = portText.map({ Int($0) }) ?? (security == .tls ? 465 : 587), (1...65_535).contains(port),
            !rest.isEmpty, rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") })
        else { throw wrong }
        self.port = port
        host = String(rest)
    }

    /// Nil for what is no percent encoding, or hides a control character.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
