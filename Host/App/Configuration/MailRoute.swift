import Configuration
import PatchbayCore
import PatchbayOutbound

/// How the host's own letters leave: invitations and links to sign in.
enum MailRoute: Sendable {
    case none
    /// `PATCHBAY_MAIL=log`: they are written into the log.
    case log
    case server(MailServer)

    init(reading config: ConfigReader) throws {
        let mode = config.string(forKey: "patchbay.mail") ?? "smtp"
        guard ["smtp", "log"].contains(mode) else {
            throw ConfigurationProblem(
                "PATCHBAY_MAIL is \(mode), needs smtp, or log to have letters written into the log, links included.")
        }
        guard mode == "smtp" else {
            self = .log
            return
        }
        guard let url = config.string(forKey: "patchbay.smtp.url", isSecret: true) else {
            self = .none
            return
        }
        do {
            self = .server(try MailServer(url: url, sender: config.string(forKey: "patchbay.smtp.from") ?? ""))
        } catch {
            throw ConfigurationProblem("\(error).")
        }
    }
}
