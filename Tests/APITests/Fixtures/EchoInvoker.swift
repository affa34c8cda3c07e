import PatchbayCore
import PatchbayJSON

/// Carries out the stub connector's action.
struct EchoInvoker: OperationInvoker {
    let clock: any TimeSource

    func invoke(_ call: OperationCall) async throws -> OperationResult {
        OperationResult(
            output: ["said": call.input["text"] ?? .null],
            log: [LogLine(at: clock.now, level: .info, message: "saying it")])
    }
}
