import PatchbayJSON

extension Library {
    /// `base64Encode(x)`, `base64Decode(text)`, `json(x)`, `parseJSON(text)`.
    static let payloads: [Overload] = [
        .global("base64Encode", id: "base64_encode_string", [.string], .string) { value, evaluation throws(Fault) in
            guard case .string(let text) = value else { throw evaluation.noOverload("base64Encode", [value]) }
            return try encoded(Array(text.utf8), &evaluation)
        },
        .global("base64Encode", id: "base64_encode_bytes", [.bytes], .string) { value, evaluation throws(Fault) in
            guard case .bytes(let bytes) = value else { throw evaluation.noOverload("base64Encode", [value]) }
            return try encoded(bytes, &evaluation)
        },
        .global("base64Decode", id: "base64_decode_string", [.string], .string) { value, evaluation throws(Fault) in
            guard case .string(let text) = value else { throw evaluation.noOverload("base64Decode", [value]) }
            try evaluation.budget.take(bytes: text.utf8.count, at: evaluation.offset)
            guard let bytes = Base64.bytes(text) else {
                throw evaluation.fault(.value, "the text is no base64", hint: "base64url has other letters than base64")
            }
            guard let decoded = String(validating: bytes, as: UTF8.self) else {
                throw evaluation.fault(
                    .value, "what the base64 encodes is no text", hint: "base64.decode(…) gives the bytes")
            }
            return .string(decoded)
        },
        .global("json", id: "json_dyn", [.dyn], .string) { value, evaluation throws(Fault) in
            .string(try value.json(&evaluation.budget, at: evaluation.offset).text)
        },
        .global("parseJSON", id: "parse_json_string", [.string], .dyn) { value, evaluation throws(Fault) in
            guard case .string(let text) = value else { throw evaluation.noOverload("parseJSON", [value]) }
            try evaluation.budget.take(bytes: text.utf8.count * 8, at: evaluation.offset)
            do throws(JSONError) {
                return Value(try JSON(parsing: text))
            } catch {
                throw evaluation.fault(.value, "the text is no JSON: \(error.description)")
            }
        },
    ]

    private static func encoded(_ bytes: [UInt8], _ evaluation: inout Evaluation) throws(Fault) -> Value {
        try evaluation.budget.check(bytes: bytes.count / 3 * 4 + 4, at: evaluation.offset)
        try evaluation.budget.take(bytes: bytes.count * 2, at: evaluation.offset)
        return .string(Base64.text(bytes))
    }
}
