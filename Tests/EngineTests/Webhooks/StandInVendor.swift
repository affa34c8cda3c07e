import PatchbayCore
import PatchbayJSON
import Synchronization

@testable import PatchbayEngine

/// A vendor with a connector that subscribes there, by its own rules: one hook an address.
final class StandInVendor: ConnectorCatalogue {
    private struct State {
        var hooks: [String: (id: String, secret: String, repo: JSON)] = [:]
        var calls: [OperationCall] = []
        var failure: OperationFailure?
        /// The answer is lost behind the vendor's door: what was asked for is done all the same.
        var isAnswerLost = false
    }

    private let state = Mutex(State())
    static let version = Version(major: 1, minor: 0, patch: 0)

    var hooks: [String: JSON] { state.withLock { $0.hooks.mapValues(\.repo) } }
    var secrets: [String] { state.withLock { $0.hooks.values.map(\.secret) } }
    var calls: [OperationCall] { state.withLock { $0.calls } }
    var failure: OperationFailure? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }
    var isAnswerLost: Bool {
        get { state.withLock { $0.isAnswerLost } }
        set { state.withLock { $0.isAnswerLost = newValue } }
    }

    func answer(_ call: OperationCall) throws -> JSON {
        try state.withLock { state in
            state.calls.append(call)
            if let failure = state.failure { throw failure }
            let url = call.input["callback_url"]?.string ?? ""
            var output: JSON = [:]
            if call.reference.operation == "opened_subscribe" {
                let id = state.hooks[url]?.id ?? "hook-\(state.calls.count)"
                state.hooks[url] = (id, call.input["secret"]?.string ?? "", call.input["config"]?["repo"] ?? .null)
                output = ["id": .string(id), "data": ["n": 1]]
            } else if call.input["id"] == nil || call.input["id"]?.string == state.hooks[url]?.id {
                state.hooks[url] = nil
            }
            if state.isAnswerLost { throw OperationFailure(code: .timeout, message: "There was no answer in time.") }
            return output
        }
    }

    // MARK: ConnectorCatalogue

    var connectors: [String] { ["octo"] }
    func versions(of connector: String) -> [Version] { [Self.version] }
    func operations(of connector: String, version: Version) -> [String] { ["opened"] }

    func operation(_ reference: OperationReference) -> Result<OperationDeclaration, CatalogueMiss> {
        guard reference.connector == "octo" else { return .failure(.unknownConnector) }
        let isTrigger = reference.operation == "opened"
        return .success(
            OperationDeclaration(
                reference: reference, title: "x", effect: .write, isIdempotent: true, inputSchema: ["type": "object"],
                outputSchema: true,
                credential: isTrigger ? nil : CredentialSlot(name: "account", kinds: [.bearer], isRequired: true),
                timeout: 5_000,
                group: isTrigger
                    ? WebhookGroup(subscribe: "opened_subscribe", unsubscribe: "opened_unsubscribe") : nil))
    }
}
