import ConnectorSDK

/// A message that has come.
struct ReceivedMessage: Fields {
    @Field("What tells it from others: its `Message-ID`, and when the server got it.") var id: String
    @Field("Its number in the mailbox (UID).") var uid: Int
    @Field("Its `Message-ID`, with angle brackets.") var messageID: String?
    @Field("The ids of the messages that it answers, the last one last.") var references: [String]
    @Field("When the server got it (RFC 3339).", .format("date-time")) var receivedAt: String
    @Field("When it was written, as it says itself.") var date: String?
    @Field("Who wrote it, as it says itself: nothing keeps others from saying so.") var from: [Correspondent]
    @Field("Where answers go.") var replyTo: [Correspondent]
    @Field("Who got it.") var to: [Correspondent]
    @Field("Who got a copy.") var cc: [Correspondent]
    @Field("The subject.") var subject: String?
    @Field("The message as text.") var text: String?
    @Field("The message as HTML.") var html: String?
    @Field("The files in it.") var attachments: [ReceivedFile]
    @Field("Whether a program wrote it, by its own word: an automatic answer, a list, a report. Do not answer such.")
    var isAutomatic: Bool
    @Field("Its bytes.") var size: Int
    @Field("Whether it was longer than is read, so that its end is missing.") var isCut: Bool
}

/// A file in a message.
struct ReceivedFile: Fields {
    @Field("Its name.") var filename: String
    @Field("Its type.") var contentType: String
    @Field("Its bytes, as far as they were read.") var size: Int
    @Field("What it holds, in base 64; absent when it is too large, or its end is missing.") var content: Bytes?
    @Field("Id by which the HTML shows it.") var contentID: String?
}

extension ReceivedMessage {
    /// Parts in parts, and parts in all.
    private static let deepest = 10
    private static let mostParts = 500

    /// - Parameters:
    ///   - bytes: The message, or what was read of it.
    ///   - moment: When the server got it, in seconds since 1970.
    ///   - size: Its bytes, as the server says.
    ///   - largest: Bytes of a file that comes with its content.
    init(_ bytes: [UInt8], uid: Int, validity: Int, at moment: Int, size: Int, largestFile largest: Int) {
        self.init()
        let whole = MailEntity(bytes[...])
        self.uid = uid
        self.size = size
        isCut = bytes.count < size
        receivedAt = timestamp(secondsSince1970: moment)
        messageID = whole.header("message-id")
        id =
            messageID.map { "\($0.unicodeScalars.count > 500 ? "\($0.unicodeScalars.prefix(500))" : $0) \(receivedAt)" }
            ?? "\(validity)/\(uid)"
        let answered = whole.header("references") ?? whole.header("in-reply-to") ?? ""
        references = answered.split(whereSeparator: \.isWhitespace).suffix(100).map(String.init)
        date = whole.header("date")
        subject = whole.header("subject").map(decodedWords)
        from = Correspondent.all(in: whole.header("from"))
        replyTo = Correspondent.all(in: whole.header("reply-to"))
        to = Correspondent.all(in: whole.header("to"))
        cc = Correspondent.all(in: whole.header("cc"))
        isAutomatic = Self.isAutomatic(whole)
        attachments = []
        var left = Self.mostParts
        add(whole, largest, depth: 0, &left)
        // The last one may have lost its end.
        if isCut, !attachments.isEmpty { attachments[attachments.count - 1].content = nil }
    }

    /// RFC 3834 §2, and what is usual beside it.
    private static func isAutomatic(_ whole: MailEntity) -> Bool {
        let submitted = HeaderParameters(whole.header("auto-submitted") ?? "no").value
        let precedence = whole.header("precedence")?.lowercased() ?? ""
        return submitted != "no" || ["bulk", "list", "junk", "auto_reply"].contains(precedence)
            || whole.header("list-id") != nil || whole.header("return-path") == "<>"
            || whole.type.value == "multipart/report"
    }

    private mutating func add(_ entity: MailEntity, _ largest: Int, depth: Int, _ left: inout Int) {
        left -= 1
        let (type, disposition) = (entity.type, entity.disposition)
        if type.value.hasPrefix("multipart/"), depth < Self.deepest {
            for part in entity.parts(atMost: max(0, left)) where left > 0 {
                add(part, largest, depth: depth + 1, &left)
            }
            return
        }
        let name = disposition["filename"] ?? type["name"]
        let isText = disposition.value != "attachment" && name == nil
        if isText, text == nil, type.value == "text/plain" || type.value.isEmpty || !type.value.contains("/") {
            text = mailText(entity.bytes, charset: type["charset"])
        } else if isText, html == nil, type.value == "text/html" {
            html = mailText(entity.bytes, charset: type["charset"])
        } else {
            attach(entity, name, type.value, largest)
        }
    }

    private mutating func attach(_ entity: MailEntity, _ name: String?, _ type: String, _ largest: Int) {
        let bytes = entity.bytes
        attachments.append(
            ReceivedFile {
                $0.filename = name.map(Self.fileName) ?? (type == "message/rfc822" ? "message.eml" : "file")
                $0.contentType = type
                $0.size = bytes.count
                $0.content = bytes.count <= largest && largest > 0 ? Bytes(bytes) : nil
                $0.contentID = entity.header("content-id").map {
                    $0.hasPrefix("<") && $0.hasSuffix(">") ? String($0.dropFirst().dropLast()) : $0
                }
            })
    }

    /// Its last part, without what would lead to another folder or cannot be shown.
    private static func fileName(_ text: String) -> String {
        let last = text.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        let name = last.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(255)
            .reduce(into: "") { $0.unicodeScalars.append($1) }
        return name.isEmpty || name == "." || name == ".." ? "file" : name
    }
}
