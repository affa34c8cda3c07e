import PatchbayCore

/// The letters that identity needs. Links lead to the host's public address only: one that a request names could be
/// anybody's, and the letter would carry the token there.
struct Letters: Sendable {
    let mail: (any MailSender)?
    let publicURL: String?

    var canSend: Bool { mail != nil && publicURL != nil }

    /// The token stands behind `#`, which browsers send to nobody.
    func link(_ page: String, _ token: Secret) -> String {
        var base = publicURL ?? ""
        while base.hasSuffix("/") { base.removeLast() }
        return "\(base)/\(page)#token=\(token.reveal())"
    }

    func invite(_ invitation: InvitationRecord, to tenant: String, token: Secret) async throws {
        try await send(
            to: invitation.email, "You are invited to Patchbay",
            """
            You are invited to join \(Self.line(tenant)) in Patchbay. This link is for you alone, and works for 7 days:

            \(link("join", token))

            If you expected nothing of the kind, ignore this letter.
            """)
    }

    /// Whether and how fast it is delivered would tell that there is somebody to deliver it to.
    func signIn(_ email: String, token: Secret) {
        let letter = Mail(
            to: email, subject: "Your link to sign in to Patchbay",
            text: """
                This link signs you in, once, within 15 minutes:

                \(link("sign-in", token))

                If you did not ask for it, ignore this letter: nothing happens without the link.
                """)
        mail?.post(letter)
    }

    private func send(to address: String, _ subject: String, _ text: String) async throws {
        guard let mail, publicURL != nil else { throw APIError.noMail }
        try await mail.send(Mail(to: address, subject: subject, text: text))
    }

    /// What people named stands on one line.
    private static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
            .shortened(to: 80)
    }
}

extension APIError {
    static let noMail = APIError(
        .mailNotConfigured,
        "This installation sends no letters. The operator sets PATCHBAY_SMTP_URL and PATCHBAY_PUBLIC_URL.")
}
