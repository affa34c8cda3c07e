import ConnectorSDK
import PatchbayJSON

/// Fills `${name}` and `${order.lines.0.sku}` in a template; `$${` is a plain `${`.
struct Placeholders {
    let values: JSONObject
    /// Whether what is put in is HTML, so that no value can bring tags with it.
    let isHTML: Bool

    /// Throws what is wrong, with the pointer of the template.
    func fill(_ template: String, at pointer: String) throws(ConnectorError) -> String {
        var text = ""
        var rest = template[...]
        while let start = rest.firstRange(of: "${") {
            let before = rest[..<start.lowerBound]
            if before.hasSuffix("$") {
                text += before.dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            text += before
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw .invalid(pointer, "has a `${` without `}`; write `$${` for a plain one")
            }
            text += try value(rest[start.upperBound..<end], at: pointer)
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }

    private func value(_ path: Substring, at pointer: String) throws(ConnectorError) -> String {
        let tokens = path.split(separator: ".", omittingEmptySubsequences: false).map { String($0).trimmed }
        var value: JSON? = .object(values)
        for token in tokens {
            value = value?[token] ?? Int(token).flatMap { value?[$0] }
        }
        switch value {
        case nil: throw .invalid(pointer, "names `${\(path)}`, which `/values` has not")
        case .null?: return ""
        case .string(let text)?: return isHTML ? escaped(text) : text
        case .array?, .object?: throw .invalid(pointer, "names `${\(path)}`, which is no text or number")
        case let scalar?: return scalar.text
        }
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
