public import ConnectorSDK
import PatchbayJSON

/// E-mail by a server that speaks SMTP (RFC 5321), and out of mailboxes by IMAP (RFC 3501).
public let email = Connector(
    id: "email", version: "1.0.0", name: "E-mail",
    summary: "E-mail by any SMTP server, with attachments, HTML and templates, and what comes into mailboxes, by IMAP.",
    category: .communication,
    license: "Apache-2.0", documentation: "https://www.rfc-editor.org/rfc/rfc5321",
    credentials: [
        CredentialSlot(
            "account", title: "Account",
            about: "The user name and password of the server. Without one nobody signs in, which only SMTP allows.",
            isRequired: false,
            access: .read, kinds: [.basic])
    ],
    libraries: ["libcurl"], settings: EmailSettings.self, isolation: .inProcess,
    limits: Connector.Limits(concurrency: 16, timeout: .seconds(60)),
    sockets: Connector.Sockets(hostSetting: "host", ports: [25, 143, 465, 587, 993, 2525]), actions: [SendEmail.self],
    polls: [NewMessages.self])

struct EmailSettings: Fields {
    @Field("Name or address of the server.", .length(1...253), default: "localhost", example: "smtp.example.com")
    var host: String
    @Field(
        "Its port. SMTP: 587 for STARTTLS, 465 for TLS, 25 between servers. IMAP: 143 for STARTTLS, 993 for TLS.",
        .range(1...65_535), default: 587) var port: Int
    @Field(
        "How the connection is protected: `starttls` and `tls` check the server's certificate; `none` is for servers on this machine.",
        default: .starttls)
    var security: Security
    @Field("The sender, when the message names none.", .length(1...320), example: "Acme <orders@acme.example>")
    var from: String?

    enum Security: String, FieldChoice { case starttls, tls, none }
}
