import PatchbayJSON

/// What a credential holds, for a slot that is declared to be read: for protocols that the host does not speak. It belongs
/// into the one connection that it is for, and nowhere else: not into logs, errors or outputs.
public struct Secret: Sendable, CustomStringConvertible {
    /// `basic`, `bearer`, `api_key`, `secret`
    public var kind: String
    private let fields: JSONObject

    init?(_ json: JSON?) {
        guard var fields = json?.object, let kind = fields.removeValue(named: "kind")?.string else { return nil }
        self.kind = kind
        self.fields = fields
    }

    /// `username`, `password`, `token`, `key` or `value`, as the kind has it.
    public subscript(_ field: String) -> String? { fields[field]?.string }

    public var description: String { "a credential of the kind \(kind)" }
}
