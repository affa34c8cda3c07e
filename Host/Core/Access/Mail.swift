/// A short letter to one person, in plain text.
package struct Mail: Sendable, Equatable {
    /// As `EmailAddress` writes it.
    package var to: String
    /// One line.
    package var subject: String
    package var text: String

    package init(to: String, subject: String, text: String) {
        self.to = to
        self.subject = subject
        self.text = text
    }
}

/// Where letters are handed over.
package protocol MailSender: Sendable {
    /// Returns when somebody else is responsible for it. Throws `MailFailure`.
    func send(_ mail: Mail) async throws
    /// Returns at once; what goes wrong is logged. For letters whose delivery must not be told by the time it takes.
    func post(_ mail: Mail)
}

/// Why a letter was not taken. Holds no address and nothing of the letter.
package struct MailFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
