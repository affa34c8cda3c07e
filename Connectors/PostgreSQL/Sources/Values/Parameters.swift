import PatchbayJSON

/// Values for `$1`, `$2`, … as PostgreSQL reads them: texts and numbers as they are, lists and objects as JSON text.
enum Parameters {
    static func texts(_ values: [JSON]) -> [String?] {
        values.map { value in
            switch value {
            case .null: nil
            case .string(let text): text
            default: value.text
            }
        }
    }
}
