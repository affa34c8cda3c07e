import PatchbayCore

/// What secrets look like, by the forms that vendors publish.
enum SecretPattern {
    /// How a vendor's tokens begin, and how many characters of a token's alphabet follow at least. From the vendors' pages on
    /// secret scanning (GitHub, Slack, Stripe, AWS, Google, OpenAI, Anthropic, GitLab, npm, SendGrid, Twilio).
    private static let tokens: [(prefix: String, least: Int, what: String)] = [
        ("ghp_", 30, "a token of GitHub"), ("gho_", 30, "a token of GitHub"), ("ghs_", 30, "a token of GitHub"),
        ("ghu_", 30, "a token of GitHub"), ("ghr_", 30, "a token of GitHub"),
        ("github_pat_", 40, "a token of GitHub"), ("xoxb-", 20, "a token of Slack"), ("xoxp-", 20, "a token of Slack"),
        ("xoxa-", 20, "a token of Slack"), ("xoxs-", 20, "a token of Slack"), ("xapp-", 20, "a token of Slack"),
        ("sk_live_", 16, "a key of Stripe"), ("rk_live_", 16, "a key of Stripe"), ("sk_test_", 16, "a key of Stripe"),
        ("whsec_", 16, "a webhook's secret"), ("AKIA", 16, "a key of AWS"), ("ASIA", 16, "a key of AWS"),
        ("AIza", 35, "a key of Google"), ("sk-ant-", 20, "a key of Anthropic"), ("sk-proj-", 20, "a key of OpenAI"),
        ("sk-", 32, "a key of OpenAI"), ("glpat-", 20, "a token of GitLab"), ("npm_", 36, "a token of npm"),
        ("SG.", 40, "a key of SendGrid"), ("pbk_", 20, "a key of Patchbay"),
        ("pbs_", 20, "a session of Patchbay"),
    ]

    /// What a text holds, for messages; nil when nothing is known by its form.
    static func kind(of text: String) -> String? {
        for token in tokens where text.contains(token.prefix) {
            for (start, end) in places(of: token.prefix, in: text) {
                // Inside a longer word it is chance: "task-…" holds "sk-…".
                let isWord = start == 0 || !isTokenByte(text.utf8Byte(at: start - 1))
                if isWord, length(of: text, from: end) >= token.least { return token.what }
            }
        }
        if text.contains("-----BEGIN "), text.contains("PRIVATE KEY") { return "a private key" }
        if text.contains("hooks.slack.com/services/T") { return "the address of a webhook of Slack, which is a secret" }
        if isSignedToken(text) { return "a signed token (JWT)" }
        return hasPassword(text) ? "an address with a password" : nil
    }

    /// Members of this name hold secrets.
    static func isSecretName(_ name: String) -> Bool {
        let plain = name.lowercased().filter { $0.isLetter }
        return ["password", "passwd", "secret", "apikey", "token", "authorization", "privatekey", "accesskey"]
            .contains { plain.hasSuffix($0) }
    }

    /// Whether a text is one word of at least eight characters, seven of them different, and neither a template nor made of
    /// words or of capitals as names are.
    static func isRandom(_ text: String) -> Bool {
        let word = text.hasPrefix("Bearer ") ? String(text.dropFirst(7)) : text
        let bytes = Array(word.utf8)
        guard (8...4_096).contains(bytes.count), !word.contains("{{"), bytes.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return false }
        let isName = bytes.allSatisfy { (0x41...0x5A).contains($0) || $0 == 0x5F || $0 == 0x2D }
        let hasDigit = bytes.contains { (0x30...0x39).contains($0) }
        let isWords = bytes.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E }
        guard !isName, !isWords || hasDigit else { return false }
        return Set(bytes).count >= 7
    }

    /// The first TypeID of a kind that belongs to a tenant: `wf_` and 26 letters of Crockford's base 32.
    static func identifier(in text: String) -> String? {
        let prefixes = [
            TenantTag.prefix, WorkflowTag.prefix, RunTag.prefix, CredentialTag.prefix, WebhookTag.prefix,
            AccountTag.prefix, ScheduleTag.prefix, PollTag.prefix, AlertTag.prefix, APIKeyTag.prefix,
        ]
        for prefix in prefixes {
            for (start, end) in places(of: prefix + "_", in: text) {
                let isWord = start == 0 || !isTokenByte(text.utf8Byte(at: start - 1))
                let letters = text.utf8.dropFirst(end).prefix(27).prefix {
                    (0x30...0x39).contains($0) || (0x61...0x7A).contains($0)
                }
                if isWord, letters.count == 26 { return prefix + "_" + String(decoding: letters, as: UTF8.self) }
            }
        }
        return nil
    }

    // MARK: Forms

    /// Three parts of base64url between dots, the first of which is an object in JSON.
    private static func isSignedToken(_ text: String) -> Bool {
        places(of: "eyJ", in: text).contains { start, _ in
            let word = text.utf8.dropFirst(start).prefix { isTokenByte($0) || $0 == 0x2E }
            let parts = word.split(separator: 0x2E)
            return parts.count == 3 && parts.allSatisfy { $0.count >= 10 }
        }
    }

    /// `https://user:password@host`
    private static func hasPassword(_ text: String) -> Bool {
        places(of: "://", in: text).contains { _, end in
            let authority = text.utf8.dropFirst(end).prefix { $0 > 0x20 && ![0x2F, 0x3F, 0x23].contains($0) }
            guard let at = authority.lastIndex(of: 0x40) else { return false }
            let parts = authority[..<at].split(separator: 0x3A, maxSplits: 1)
            return parts.count == 2 && !parts[1].contains(0x7B)
        }
    }

    private static func places(of word: String, in text: String) -> [(start: Int, end: Int)] {
        guard text.contains(word) else { return [] }
        let (bytes, wanted) = (Array(text.utf8), Array(word.utf8))
        guard bytes.count >= wanted.count else { return [] }
        return (0...bytes.count - wanted.count).compactMap { start in
            bytes[start..<start + wanted.count].elementsEqual(wanted) ? (start, start + wanted.count) : nil
        }
    }

    private static func length(of text: String, from start: Int) -> Int {
        text.utf8.dropFirst(start).prefix { isTokenByte($0) || $0 == 0x2E }.count
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == 0x5F || byte == 0x2D
    }
}

extension String {
    fileprivate func utf8Byte(at offset: Int) -> UInt8 { utf8[utf8.index(utf8.startIndex, offsetBy: offset)] }
}
