extension Library {
    /// What is not the same every time: `now()` and `uuid()`, from the surroundings; and `hash(x)`, which comes from there too.
    static let world: [Overload] = [
        Overload(
            "now", id: "now", .global, [], .timestamp,
            .none { evaluation throws(Fault) in
                guard let now = evaluation.surroundings.now else {
                    throw evaluation.fault(.value, "there is no present here", hint: "now() is known in runs")
                }
                return .timestamp(now)
            }),
        Overload(
            "uuid", id: "uuid", .global, [], .string,
            .none { evaluation throws(Fault) in .string(try evaluation.uuid()) }),
        .unary("hash", id: "hash_string") { (text: String, evaluation) throws(Fault) in
            try evaluation.hash(Array(text.utf8), "sha256")
        },
        .unary("hash", id: "hash_bytes") { (bytes: [UInt8], evaluation) throws(Fault) in
            try evaluation.hash(bytes, "sha256")
        },
        .binary("hash", id: "hash_string_string") { (text: String, name: String, evaluation) throws(Fault) in
            try evaluation.hash(Array(text.utf8), name)
        },
        .binary("hash", id: "hash_bytes_string") { (bytes: [UInt8], name: String, evaluation) throws(Fault) in
            try evaluation.hash(bytes, name)
        },
    ]
}

extension Evaluation {
    /// In hexadecimal, lower case.
    fileprivate mutating func hash(_ bytes: [UInt8], _ name: String) throws(Fault) -> String {
        // A digest looks at each byte some times more often than a comparison does.
        try budget.take(bytes: bytes.count * 8, at: offset)
        guard let algorithm = Surroundings.Digest(rawValue: name) else {
            let known = Surroundings.Digest.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw fault(.value, "there is no digest \"\(name)\"", hint: "write one of \(known)")
        }
        guard let digest = surroundings.digest else { throw fault(.value, "there are no digests here") }
        return Self.hexadecimal(digest(algorithm, bytes))
    }

    /// Version 4 (RFC 9562, 5.4): the digest of the seed and of how many there were before, so that nobody who sees one can
    /// tell another, and the same evaluation done again gives the same.
    fileprivate mutating func uuid() throws(Fault) -> String {
        guard let seed = surroundings.seed, let digest = surroundings.digest else {
            throw fault(.value, "there is no randomness here", hint: "uuid() is known in runs")
        }
        try budget.take(16, at: offset)
        var bytes = Array(digest(.sha256, seed + Array("uuid \(uuids)".utf8)).prefix(16))
        uuids += 1
        guard bytes.count == 16 else { throw fault(.value, "the digest is too short") }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = Array(Self.hexadecimal(bytes).utf8)
        for place in [20, 16, 12, 8] { text.insert(UInt8(ascii: "-"), at: place) }
        return String(decoding: text, as: UTF8.self)
    }

    static func hexadecimal(_ bytes: [UInt8], uppercase: Bool = false) -> String {
        let digits = Array((uppercase ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
