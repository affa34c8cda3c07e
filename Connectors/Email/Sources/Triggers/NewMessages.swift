import ConnectorSDK
import Glibc
import PatchbayJSON

struct NewMessages: PollTrigger {
    static let title = "New messages"
    static let summary = """
        Tells the messages that have come into a mailbox since the last time, oldest first, by IMAP. It only reads: no message is \
        marked as read, moved or deleted. The settings, mostly those of the credential, name the IMAP server and its port.
        """
    static let documentation: String? = "https://www.rfc-editor.org/rfc/rfc3501"
    static let timeout: Duration? = .seconds(60)
    static let examples = [
        Example("The inbox", input: ["mailbox": "INBOX"]),
        Example("Orders, without files", input: ["mailbox": "Orders", "attachment_bytes": 0]),
    ]

    struct Input: Fields {
        @Field("Name of the mailbox.", .length(1...255), default: "INBOX") var mailbox: String
        @Field("How many at most at a time.", .range(1...500), default: 50) var limit: Int
        @Field("Where the first poll begins: behind the messages that are there, or with the oldest.", default: .now)
        var from: Beginning
        @Field(
            "Bytes that are read of a message; the end of a longer one is missing.", .range(1_000...25_000_000),
            default: 5_000_000) var messageBytes: Int
        @Field(
            "A file of up to so many bytes comes with what it holds, a larger one with name, type and size only. 0: none does.",
            .range(0...10_000_000), default: 1_000_000) var attachmentBytes: Int
    }

    enum Beginning: String, FieldChoice { case now, oldest }

    /// Bytes of messages that are read in one poll, by which what is told has a bound, too.
    private static let mostBytes = 25_000_000
    /// UIDs that are asked for at a time, and how often in one poll: there may be few messages among many numbers.
    private static let window = 10_000
    private static let mostWindows = 50
    private static let deliveryPorts: Set<Int> = [25, 465, 587, 2525]

    func poll(_ input: Input, after cursor: JSON?, in context: Context) async throws -> Polled<ReceivedMessage> {
        let settings = try context.settings(EmailSettings.self)
        guard !Self.deliveryPorts.contains(settings.port) else {
            throw ConnectorError(
                .config,
                "Port \(settings.port) is one of SMTP: give the credential the settings of the IMAP server, its port 993 with "
                    + "`security` `tls`, or 143.", effect: .none)
        }
        guard let secret = context.secret else {
            throw ConnectorError(
                .config, "Nobody reads a mailbox without an account: name a credential.", effect: .none)
        }
        let name = try quotedMailboxName(input.mailbox)
        var position: MailboxPosition?
        if let cursor {
            position = MailboxPosition(cursor)
            guard position != nil else { throw ConnectorError.invalid("/cursor", "is no cursor of an earlier poll") }
        }
        let (start, addresses, limit) = (position, context.addresses, context.timeLeft)
        let (messages, end) = try await onOwnThread { cancellation in
            let connection = try IMAPConnection(
                settings, secret, addresses: addresses, within: limit, most: input.messageBytes + (2 << 20),
                cancellation)
            return try Self.read(name, input, from: start, over: connection)
        }
        return Polled(messages, cursor: end.json)
    }

    private static func read(
        _ name: String, _ input: Input, from start: MailboxPosition?, over connection: IMAPConnection
    ) throws(ConnectorError) -> ([ReceivedMessage], MailboxPosition) {
        // To look only: nothing that follows can change a message.
        let answers = try connection.command("EXAMINE \(name)")
        guard let validity = answers.lazy.compactMap({ $0.number(of: "UIDVALIDITY") }).first else {
            throw ConnectorError(.unsupported, "The server numbers its messages anew each time.", effect: .none)
        }
        let exists = answers.lazy.compactMap { $0.count(of: "EXISTS") }.last ?? 0
        var next = answers.lazy.compactMap { $0.number(of: "UIDNEXT") }.first ?? 0
        if next == 0 { next = try behindLast(exists, connection) }
        let now = time(nil)
        guard
            var position = start
                ?? (input.from == .oldest ? MailboxPosition(validity: validity, next: 1, since: 0) : nil)
        else { return ([], MailboxPosition(validity: validity, next: next, since: now)) }
        position.enter(validity: validity, next: next)
        let (uids, reached) = try search(position, until: next, atMost: input.limit, connection)
        var messages: [ReceivedMessage] = []
        var bytes = 0
        for uid in uids {
            // Not before the first: a message that is too large for all would never be passed.
            guard bytes < mostBytes else { return (messages, position) }
            if let (message, moment) = try fetch(uid, position, input, connection) {
                bytes += min(message.size, input.messageBytes)
                messages.append(message)
                position.told(at: moment, now: now)
            }
            position.advance(to: uid + 1)
        }
        position.advance(to: reached)
        return (messages, position)
    }

    /// For servers that do not say their next UID.
    private static func behindLast(_ exists: Int, _ connection: IMAPConnection) throws(ConnectorError) -> Int {
        guard exists > 0 else { return 1 }
        let answers = try connection.command("FETCH \(exists) (UID)")
        return (answers.compactMap { $0.fetched?["UID"]?.number }.max() ?? 0) + 1
    }

    /// The UIDs that come next, and the one below which there are no others.
    private static func search(
        _ position: MailboxPosition, until end: Int, atMost limit: Int, _ connection: IMAPConnection
    ) throws(ConnectorError) -> (uids: [Int], reached: Int) {
        var (uids, next) = ([Int](), position.next)
        for _ in 0..<mostWindows where next < end && uids.count <= limit {
            let last = min(next + window, end) - 1
            var criteria = "UID \(next):\(last)"
            if let remainder = position.remainder, last < remainder.below {
                criteria += " SINCE \(searchDate(before: remainder.since))"
            }
            let answers = try connection.command("UID SEARCH \(criteria)")
            uids += answers.flatMap { $0.found ?? [] }.filter { (next...last).contains($0) }.sorted()
            next = last + 1
        }
        guard uids.count > limit else { return (uids, next) }
        return (Array(uids.prefix(limit)), uids[limit])
    }

    /// nil when it is gone by now, or is not to be told.
    private static func fetch(
        _ uid: Int, _ position: MailboxPosition, _ input: Input, _ connection: IMAPConnection
    ) throws(ConnectorError) -> (message: ReceivedMessage, moment: Int)? {
        let head = try connection.command("UID FETCH \(uid) (UID INTERNALDATE RFC822.SIZE)")
        guard let known = head.lazy.compactMap(\.fetched).first(where: { $0["UID"]?.number == uid }) else { return nil }
        let moment = known["INTERNALDATE"]?.bytes.flatMap {
            secondsSince1970(internalDate: String(decoding: $0, as: UTF8.self))
        }
        guard let moment, let size = known["RFC822.SIZE"]?.number else {
            throw ConnectorError(
                .upstream, "The server does not say when it got a message, or its size.", effect: .none)
        }
        guard position.tells(uid: uid, at: moment) else { return nil }
        let body = try connection.command("UID FETCH \(uid) (UID BODY.PEEK[]<0.\(input.messageBytes)>)")
        guard let bytes = body.lazy.compactMap(\.fetched).first(where: { $0["UID"]?.number == uid })?["BODY"]?.bytes
        else { return nil }
        let message = ReceivedMessage(
            bytes, uid: uid, validity: position.validity, at: moment, size: size, largestFile: input.attachmentBytes)
        return (message, moment)
    }
}
