import Logging
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import Testing

/// What connectors with a protocol of their own are without the operator's grant.
@Suite(.timeLimit(.minutes(5))) struct SocketGrantTests {
    @Test(
        arguments: [
            ("redis", "get", ["key": "a"]), ("postgresql", "query", ["sql": "select 1"]),
            ("email", "send_email", ["to": ["a@b.example"], "subject": "s", "text": "t"]),
        ] as [(String, String, JSON)])
    func `in a runner nothing connects, and the failure says what to do`(
        connector: String, operation: String, input: JSON
    ) async throws {
        let ungranted = try await ConnectorBench.shared.value.registry(IsolationPolicy(.runner))
        let caller = try await ConnectorBench.shared.value.caller(
            connector, settings: ["host": "127.0.0.1"], credential: .basic("ada", "s3cret-pass"), in: ungranted)
        let failure = await caller.failure(operation, input)
        #expect(failure?.code == .config)
        #expect(failure?.message.contains("PATCHBAY_GRANT_SOCKETS=\(connector)") == true)
    }
}
