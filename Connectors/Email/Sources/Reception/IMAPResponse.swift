/// A response of a server: a line with the literals in it (RFC 3501 §7).
struct IMAPResponse {
    enum Part: Equatable {
        case text([UInt8])
        case literal([UInt8])
    }

    enum Status: String { case ok = "OK", no = "NO", bad = "BAD", bye = "BYE", preauth = "PREAUTH" }

    /// `*` for what answers no command alone.
    let tag: String
    /// Of a status response; nil for data.
    let status: Status?
    private let parts: [Part]

    init(_ parts: [Part]) {
        self.parts = parts
        guard case .text(let bytes)? = parts.first else {
            (tag, status) = ("", nil)
            return
        }
        let words = bytes.split(separator: UInt8(ascii: " "), maxSplits: 2).map { String(decoding: $0, as: UTF8.self) }
        tag = words.first ?? ""
        status = words.count > 1 ? Status(rawValue: words[1].uppercased()) : nil
    }

    /// The first line.
    private var line: String {
        if case .text(let bytes)? = parts.first { String(decoding: bytes, as: UTF8.self) } else { "" }
    }

    /// What a status response says to people, bounded.
    var words: String {
        String(line.split(separator: " ", maxSplits: 2).last ?? "").unicodeScalars.prefix(200).reduce(into: "") {
            $0.unicodeScalars.append($1.value < 0x20 || $1.value == 0x7F ? " " : $1)
        }
    }

    /// The word of a status response's code, such as `NONEXISTENT` (RFC 5530).
    var code: String? {
        guard status != nil, let open = line.firstIndex(of: "["), let end = line[open...].firstIndex(of: "]") else {
            return nil
        }
        return line[line.index(after: open)..<end].split(separator: " ").first.map { String($0.prefix(40)) }
    }

    /// The number of a status response's code: 7 of `* OK [UIDNEXT 7]`.
    func number(of code: String) -> Int? {
        guard status != nil, let start = line.uppercased().firstRange(of: "[\(code) ") else { return nil }
        return Int(line.uppercased()[start.upperBound...].prefix { $0.isASCII && $0.isNumber })
    }

    /// The number of `* 12 EXISTS`.
    func count(of word: String) -> Int? {
        let words = line.split(separator: " ")
        return words.count == 3 && words[2].uppercased() == word ? Int(words[1]) : nil
    }

    /// The numbers of `* SEARCH 2 3 5`.
    var found: [Int]? {
        let words = line.split(separator: " ")
        guard words.count > 1, words[0] == "*", words[1].uppercased() == "SEARCH" else { return nil }
        return words.dropFirst(2).compactMap { Int($0) }
    }

    /// The attributes of `* 12 FETCH (UID 5 BODY[] {3} …)`; names in upper case, without what stands in brackets.
    var fetched: [String: IMAPValue]? {
        var scanner = IMAPScanner(parts)
        guard let values = scanner.values(), values.count >= 4, values[2].word?.uppercased() == "FETCH",
            case .list(let pairs) = values[3]
        else { return nil }
        var attributes: [String: IMAPValue] = [:]
        for index in stride(from: 0, to: pairs.count - 1, by: 2) {
            guard let name = pairs[index].word else { continue }
            attributes[String(name.uppercased().prefix { $0 != "[" })] = pairs[index + 1]
        }
        return attributes
    }
}
