import PatchbayCore

/// Finds the operation that a node uses among what is installed: the newest version that fits.
struct OperationResolver {
    let catalogue: any ConnectorCatalogue
    /// What was found in this document already: many nodes use the same.
    private var found: [String: OperationDeclaration] = [:]

    init(catalogue: any ConnectorCatalogue) { self.catalogue = catalogue }

    struct Refusal: Error {
        var code: String
        var message: String
        var hint: String?
    }

    mutating func declaration(of text: String) throws(Refusal) -> OperationDeclaration {
        if let known = found[text] { return known }
        let declaration = try search(text)
        found[text] = declaration
        return declaration
    }

    private func search(_ text: String) throws(Refusal) -> OperationDeclaration {
        let use: OperationUse
        do {
            use = try OperationUse(text)
        } catch {
            throw Refusal(code: "bad-uses", message: error.message, hint: error.hint)
        }
        let installed = catalogue.versions(of: use.connector)
        let version = installed.filter(use.range.contains).max() ?? use.range.exact ?? fallback(use, installed)
        guard let version else { throw unknownVersion(use, installed) }
        let reference = OperationReference(connector: use.connector, version: version, operation: use.operation)
        switch catalogue.operation(reference) {
        case .success(let declaration): return declaration
        case .failure(let miss): throw refusal(use, version, miss)
        }
    }

    /// Without a version prereleases will do where there is nothing else; of a connector with no usable version the
    /// catalogue is asked all the same, since it may know why.
    private func fallback(_ use: OperationUse, _ installed: [Version]) -> Version? {
        if installed.isEmpty { return Version(major: 0, minor: 0, patch: 0) }
        return use.version == nil ? installed.max() : nil
    }

    private func refusal(_ use: OperationUse, _ version: Version, _ miss: CatalogueMiss) -> Refusal {
        switch miss {
        case .unknownConnector:
            return Refusal(
                code: "unknown-connector", message: "there is no connector \(use.connector.quoted)",
                hint: Suggestion.hint(for: use.connector, among: catalogue.connectors, known: "installed are")
                    ?? "no connector is installed")
        case .unknownVersion(let installed): return unknownVersion(use, installed)
        case .unknownOperation(let offered):
            return Refusal(
                code: "unknown-action",
                message: "\("\(use.connector)@\(version)".quoted) has no action \(use.operation.quoted)",
                hint: Suggestion.hint(for: use.operation, among: offered, known: "its actions are")
                    ?? "it has no actions")
        case .refused(let reason):
            return Refusal(
                code: "connector-refused", message: "the connector \(use.connector.quoted) cannot be used: \(reason)",
                hint: "see it in the list of connectors")
        }
    }

    private func unknownVersion(_ use: OperationUse, _ installed: [Version]) -> Refusal {
        let versions = installed.prefix(10).map(\.description).joined(separator: ", ")
        return Refusal(
            code: "unknown-version",
            message: "no installed version of \(use.connector.quoted) fits \((use.version ?? "*").quoted)",
            hint: installed.isEmpty ? "no version is installed" : "installed: " + versions)
    }
}
