import FoundationEssentials
import Logging
package import PatchbayCore
package import PatchbayJSON
package import PatchbayModules
package import PatchbayOutbound
import PatchbaySchemas

/// One connector of a plugins folder, opened to be called by its author: in a runner, as hosts do it, unless said otherwise.
package struct LocalConnector: Sendable {
    package let id: String
    package let version: Version
    private let registry: ConnectorRegistry
    private let data: String

    /// One call: what it is given beside its input.
    package struct Surroundings: Sendable {
        package var settings: JSON
        package var credential: GivenCredential?
        package var timeout: Duration
        /// Makes the connector's requests; with nil it is offered no HTTP.
        package var sender: (any RequestSender)?

        package init(
            settings: JSON = [:], credential: GivenCredential? = nil, timeout: Duration = .seconds(30),
            sender: (any RequestSender)? = nil
        ) {
            self.settings = settings
            self.credential = credential
            self.timeout = timeout
            self.sender = sender
        }
    }

    /// - Parameters:
    ///   - plugins: The folder with `<id>/<version>`.
    ///   - version: The newest one when nil.
    package static func open(
        _ id: String, version: String? = nil, in plugins: String, prober: Prober,
        isolation: IsolationPolicy = IsolationPolicy(.runner)
    ) async throws -> LocalConnector {
        let data = FileManager.default.temporaryDirectory.path + "/patchbay-call-\(UInt64.random(in: 0...(.max)))"
        let registry = ConnectorRegistry(
            plugins: plugins, data: data, prober: prober, isolation: isolation,
            logger: Logger(label: "authoring") { _ in SwiftLogNoOpLogHandler() })
        await registry.scan()
        let all = registry.listings()
        guard let listing = all.first(where: { $0.id == id && (version == nil || $0.version == version) }) else {
            throw AuthoringError(missing(id, version, in: plugins, among: all))
        }
        if let refusal = listing.refusal { throw refusal }
        guard let version = Version(listing.version) else { throw AuthoringError("\(listing.version) is no version.") }
        _ = try await registry.module(id, version)
        return LocalConnector(id: id, version: version, registry: registry, data: data)
    }

    private static func missing(
        _ id: String, _ version: String?, in plugins: String, among all: [ConnectorListing]
    ) -> String {
        let versions = all.filter { $0.id == id }.map(\.version)
        guard versions.isEmpty else {
            return "There is no \(id) \(version ?? "") in \(plugins); there is \(versions.joined(separator: ", "))."
        }
        let hint = Suggestion.hint(for: id, among: Set(all.map(\.id)).sorted(), known: "there are")
        return "There is no connector `\(id)` in \(plugins)."
            + (hint.map { " " + $0.prefix(1).uppercased() + $0.dropFirst() } ?? "")
    }

    /// Ends it. Nothing of it is called afterwards.
    package func close() async {
        await registry.close(grace: .seconds(1))
        AuthoringFiles.remove(data)
    }

    package var operations: [String] { registry.operations(of: id, version: version) }

    /// Throws `AuthoringError` when there is no such operation.
    package func declaration(of operation: String) throws(AuthoringError) -> OperationDeclaration {
        let reference = OperationReference(connector: id, version: version, operation: operation)
        guard case .success(let declaration) = registry.operation(reference) else {
            let hint = Suggestion.hint(for: operation, among: operations, known: "it has")
            throw AuthoringError(
                "\(id) \(version) has no operation `\(operation)`."
                    + (hint.map { " " + $0.prefix(1).uppercased() + $0.dropFirst() } ?? ""))
        }
        return declaration
    }

    /// Calls an operation as the engine does, after holding the input against its schema. Throws `AuthoringError` for an
    /// input that does not fit, and `OperationFailure` for a call that failed.
    package func call(
        _ operation: String, _ input: JSON, in surroundings: Surroundings
    ) async throws -> OperationResult {
        let declaration = try declaration(of: operation)
        let schema = try Schema(declaration.inputSchema)
        let problems = schema.validate(input)
        guard problems.isEmpty else {
            let lines = problems.map { problem in
                let place = problem.instance.description
                return "  \(place.isEmpty ? "/" : place): \(problem.message)" + (problem.hint.map { " (\($0))" } ?? "")
            }
            throw AuthoringError("The input does not fit \(id)/\(operation):\n" + lines.joined(separator: "\n"))
        }
        let sources = GivenSources(credential: surroundings.credential, settings: surroundings.settings)
        let invoker = ModuleInvoker(
            registry: registry, outbound: surroundings.sender, credentials: sources, settings: sources)
        let limit = Int64(surroundings.timeout / .milliseconds(1))
        let now = SystemTime().now
        return try await invoker.invoke(
            OperationCall(
                tenant: .initial, run: RunID.new(at: now), node: "call", attempt: 1,
                reference: declaration.reference, input: schema.applyingDefaults(to: input),
                credential: surroundings.credential == nil || declaration.credential == nil ? nil : GivenSources.name,
                idempotencyKey: "call-\(now.milliseconds)",
                deadline: Timestamp(milliseconds: now.milliseconds + limit)))
    }

    /// How an output breaks what the manifest promises; empty when it keeps it.
    package func problems(of output: JSON, from operation: String) throws -> [String] {
        try Schema(try declaration(of: operation).outputSchema).validate(output).map {
            "\($0.instance.description.isEmpty ? "/" : $0.instance.description): \($0.message)"
        }
    }
}
