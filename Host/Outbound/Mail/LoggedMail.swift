package import Logging
package import PatchbayCore

/// Writes letters into the log, links that sign in included: for trying things out, where nobody else reads the log.
package struct LoggedMail: MailSender {
    private let log: Logger

    package init(_ log: Logger) { self.log = log }

    package func send(_ mail: Mail) async throws { post(mail) }

    package func post(_ mail: Mail) {
        log.warning(
            "a letter is written here instead of being sent", metadata: ["to": "\(mail.to)", "text": "\(mail.text)"])
    }
}
