import ConnectorSDK

/// A file that goes along.
struct Attachment: Fields {
    @Field("Its name.", .length(1...255)) var filename: String
    @Field("What it holds, in base 64.") var content: Bytes
    @Field("Its type.", .length(3...127), default: "application/octet-stream") var contentType: String
    @Field("Id by which the HTML shows it (`<img src=\"cid:…\">`); it is then no attachment.", .length(1...100))
    var contentID: String?

    func check(at pointer: String) throws(ConnectorError) {
        guard
            !filename.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0 == "/" || $0 == "\\" })
        else {
            throw .invalid(pointer + "/filename", "holds a slash or a control character")
        }
        let halves = contentType.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isTokenByte) }) else {
            throw .invalid(pointer + "/content_type", "is no type such as application/pdf")
        }
        guard contentID?.utf8.allSatisfy({ $0.isTokenByte || $0 == UInt8(ascii: "@") }) != false else {
            throw .invalid(pointer + "/content_id", "holds another character than letters, digits and `-_.@`")
        }
    }
}

extension UInt8 {
    /// A character of a token (RFC 2045 §5.1), the special ones left out.
    var isTokenByte: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
            || "!#$&-^_.+".utf8.contains(self)
    }
}
