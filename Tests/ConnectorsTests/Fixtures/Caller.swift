import Glibc
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbayOutbound
import PatchbaySchemas
import Testing

/// Calls actions as the engine does, through the loaded library.
struct Caller: Sendable {
    let connector: String
    let version: Version
    let given: Given
    let invoker: ModuleInvoker

    /// The step's idempotency key in every call.
    static let idempotencyKey = "step-7f3a"

    /// The output, which must fit what the manifest says of it; so must the input.
    func call(_ operation: String, _ input: JSON, within milliseconds: Int64 = 30_000) async throws -> JSON {
        let reference = OperationReference(connector: connector, version: version, operation: operation)
        let bench = try await ConnectorBench.shared.value
        let declaration = try bench.registry.operation(reference).get()
        #expect(try Schema(declaration.inputSchema).validate(input) == [], "input of \(operation)")
        let output = try await result(operation, input, within: milliseconds).output
        #expect(try Schema(declaration.outputSchema).validate(output) == [], "output of \(operation)")
        return output
    }

    /// All that comes of a call, whatever the manifest promises.
    func result(_ operation: String, _ input: JSON, within milliseconds: Int64) async throws -> OperationResult {
        let reference = OperationReference(connector: connector, version: version, operation: operation)
        let call = OperationCall(
            tenant: .initial, run: RunID(high: 1, low: 1), node: "node", attempt: 1, reference: reference, input: input,
            credential: given.credential == nil ? nil : "given", idempotencyKey: Self.idempotencyKey,
            deadline: Self.now + milliseconds)
        return try await invoker.invoke(call)
    }

    static func redaction(of secret: String) -> Redaction { Redaction([Secret(secret)]) }

    /// The failure of a call that must fail.
    func failure(
        _ operation: String, _ input: JSON, within milliseconds: Int64 = 30_000,
        at location: SourceLocation = #_sourceLocation
    ) async -> OperationFailure? {
        do {
            let output = try await call(operation, input, within: milliseconds)
            Issue.record("\(operation) did not fail but gave \(output.text)", sourceLocation: location)
        } catch let failure as OperationFailure {
            return failure
        } catch {
            Issue.record("\(operation) threw \(error)", sourceLocation: location)
        }
        return nil
    }

    private static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
