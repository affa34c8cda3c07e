import PatchbayCore

extension OperationReference {
    /// Reads `connector@version/operation` with an exact version, as planning writes it; nil for anything else.
    init?(pinned uses: String) {
        guard let use = try? OperationUse(uses), let version = use.range.exact else { return nil }
        self.init(connector: use.connector, version: version, operation: use.operation)
    }
}
