package import PatchbayJSON

/// Fields of an `application/x-www-form-urlencoded` text (https://url.spec.whatwg.org/#urlencoded-parsing), which query
/// strings are too. Repeated names keep all their values.
package struct FormFields {
    /// More is no form but an attack.
    package static let mostFields = 1_000

    package let fields: [(name: String, value: String)]

    /// Nil when there are too many fields, or when what they encode is not UTF-8.
    package init?(_ text: some StringProtocol) {
        guard let fields = FormText.decoded(Array(text.utf8), most: Self.mostFields) else { return nil }
        self.fields = fields
    }

    /// An object: a text for a name that occurs once, else an array of texts.
    package var json: JSON {
        var object = JSONObject()
        for (name, value) in fields {
            switch object[name] {
            case .array(let values)?: object[name] = .array(values + [.string(value)])
            case let first?: object[name] = [first, .string(value)]
            case nil: object[name] = .string(value)
            }
        }
        return .object(object)
    }
}
