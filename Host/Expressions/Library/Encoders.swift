extension Library {
    /// `base64.encode(bytes)`, `base64.decode(text)`.
    static let encoders: [Overload] = [
        .unary("base64.encode", id: "base64_encode_bytes") { (bytes: [UInt8], evaluation) throws(Fault) in
            try evaluation.make(bytes: bytes.count / 3 * 4 + 4)
            return Base64.text(bytes)
        },
        .unary("base64.decode", id: "base64_decode_string") { (text: String, evaluation) throws(Fault) in
            try evaluation.make(bytes: text.utf8.count)
            guard let bytes = Base64.bytes(text) else {
                throw evaluation.fault(.value, "the text is no base64", hint: "base64url has other letters than base64")
            }
            return bytes
        },
    ]
}

extension Evaluation {
    /// Takes what a text or bytes of that size cost, before they are made.
    mutating func make(bytes: Int) throws(Fault) {
        try budget.check(bytes: bytes, at: offset)
        try budget.take(bytes: bytes, at: offset)
    }

    /// Takes what a list of that size costs, before it is made.
    mutating func make(elements: Int) throws(Fault) { try budget.take(elements, at: offset) }
}
