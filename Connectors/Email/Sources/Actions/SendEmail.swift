import ConnectorSDK
import Glibc
import PatchbayJSON

struct SendEmail: Action {
    static let title = "Send an e-mail"
    static let summary = "Sends an e-mail by the SMTP server of the settings."
    static let effect = Effect.write
    static let documentation: String? = "https://www.rfc-editor.org/rfc/rfc5322"
    static let examples = [
        Example(
            "From a template",
            input: [
                "from": "Acme <orders@acme.example>", "to": ["Ada <ada@example.com>"], "subject": "Order ${order.id}",
                "text": "Dear ${name},\n\nit is on its way.", "html": "<p>Dear ${name},</p><p>it is on its way.</p>",
                "values": ["name": "Ada", "order": ["id": 7]],
            ]),
        Example(
            "With a file",
            input: [
                "to": ["ada@example.com"], "subject": "The report", "text": "See the file.",
                "attachments": [["filename": "report.csv", "content": "aWQsbmFtZQo=", "content_type": "text/csv"]],
            ]),
    ]

    struct Input: Fields {
        @Field("The sender; the settings' one when absent.", .length(1...320), example: "Acme <orders@acme.example>")
        var from: String?
        @Field("Who gets it.", .length(0...500), default: []) var to: [String]
        @Field("Who gets a copy.", .length(0...500), default: []) var cc: [String]
        @Field("Who gets a copy that nobody else sees.", .length(0...500), default: []) var bcc: [String]
        @Field("Where answers go.", .length(0...20), default: []) var replyTo: [String]
        @Field("The subject.", .length(1...998)) var subject: String
        @Field("The message as text.", .multiline) var text: String?
        @Field("The message as HTML.", .multiline) var html: String?
        @Field(
            "Values for `${name}` and `${order.id}` in subject, text and HTML, where they are escaped; `$${` is a plain `${`."
        )
        var values: JSONObject?
        @Field("Files that go along, 25 MB together at most.", .length(0...50), default: []) var attachments:
            [Attachment]
        @Field("Further headers, such as `List-Unsubscribe`.") var headers: [String: String]?
    }

    struct Output: Fields {
        @Field("Id of the message, with its angle brackets; the same for every attempt of the step.") var messageID:
            String
        @Field("How many addresses the server took.") var recipients: Int
    }

    func run(_ input: Input, in context: Context) async throws -> Output {
        let settings = try context.settings(EmailSettings.self)
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let message = try input.message(
            settings, key: context.idempotencyKey, date: mailDate(secondsSince1970: time.tv_sec))
        let hidden = try mailboxes(input.bcc, "/bcc")
        let recipients = (message.to + message.cc + hidden).map(\.address)
        guard !recipients.isEmpty else { throw ConnectorError.invalid("/to", "is empty, and so are cc and bcc") }
        let delivery = SMTPDelivery(
            settings: settings, secret: context.secret, addresses: context.addresses, limit: context.timeLeft)
        let bytes = message.bytes
        let sender = message.from.address
        try await onOwnThread { cancellation in
            try delivery.deliver(bytes, from: sender, to: recipients, cancellation)
        }
        return Output {
            $0.messageID = message.id
            $0.recipients = recipients.count
        }
    }
}

extension SendEmail.Input {
    /// Headers that the message has anyway, or that say how it is built.
    private static let own: Set<String> = [
        "date", "from", "to", "cc", "bcc", "reply-to", "subject", "message-id", "mime-version", "sender", "return-path",
        "received",
    ]
    /// Bytes.
    private static let largest = 25_000_000

    /// - Parameter key: the step's, so that a message that is sent twice after a crash has one id.
    func message(_ settings: EmailSettings, key: String, date: String) throws(ConnectorError) -> MailMessage {
        guard let from = self.from ?? settings.from else {
            throw .invalid("/from", "is missing, and the settings name no sender")
        }
        let sender = try Mailbox(from, at: "/from")
        guard text != nil || html != nil else { throw .invalid("/text", "is missing, and so is `/html`") }
        var subject = subject
        var (text, html) = (text, html)
        if let values {
            let plain = Placeholders(values: values, isHTML: false)
            subject = try plain.fill(subject, at: "/subject")
            if let template = text { text = try plain.fill(template, at: "/text") }
            if let template = html { html = try Placeholders(values: values, isHTML: true).fill(template, at: "/html") }
        }
        guard !hasControl(subject) else {
            throw .invalid("/subject", "holds a line break or another control character")
        }
        for (index, attachment) in attachments.enumerated() { try attachment.check(at: "/attachments/\(index)") }
        guard attachments.reduce(0, { $0 + $1.content.bytes.count }) <= Self.largest else {
            throw .invalid("/attachments", "hold more than \(Self.largest) bytes")
        }
        return MailMessage(
            from: sender, to: try mailboxes(to, "/to"), cc: try mailboxes(cc, "/cc"),
            replyTo: try mailboxes(replyTo, "/reply_to"), subject: subject, text: text, html: html,
            attachments: attachments, headers: try furtherHeaders, id: "<\(Self.word(key))@\(sender.domain)>",
            date: date)
    }

    private var furtherHeaders: [(name: String, value: String)] {
        get throws(ConnectorError) {
            var all: [(name: String, value: String)] = []
            for (name, value) in (headers ?? [:]).sorted(by: { $0.key < $1.key }) {
                let pointer = JSONPointer(tokens: ["headers", name]).description
                let isName = !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3A }
                guard isName else { throw .invalid(pointer, "is no name of a header") }
                guard !Self.own.contains(name.lowercased()), !name.lowercased().hasPrefix("content-") else {
                    throw .invalid(pointer, "is written by the connector itself")
                }
                guard !hasControl(value), value.utf8.count <= 900 else {
                    throw .invalid(pointer, "holds a line break or another control character, or more than 900 bytes")
                }
                all.append((name, value))
            }
            return all
        }
    }

    /// What an id can hold.
    private static func word(_ key: String) -> String {
        String(decoding: key.utf8.map { $0.isTokenByte ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
    }
}

private func hasControl(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0 == "\u{2028}" || $0 == "\u{2029}" }
}

private func mailboxes(_ texts: [String], _ pointer: String) throws(ConnectorError) -> [Mailbox] {
    var boxes: [Mailbox] = []
    for (index, text) in texts.enumerated() { boxes.append(try Mailbox(text, at: "\(pointer)/\(index)")) }
    return boxes
}
