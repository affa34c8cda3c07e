import CPatchbay
import Glibc
import PatchbayJSON
import Synchronization

/// A connector behind the ABI: what `pb_module.context` points to. Lives until the process ends.
final class Module: Sendable {
    /// By the bytes of their ids: a connector has a handful, which are faster looked through than hashed.
    private let operations: [(id: [UInt8], operation: Operation)]
    private let declared: @Sendable () -> JSON
    private let calls = RunningCalls()
    private let host = Mutex<Host?>(nil)
    private let manifestSlice = Mutex<Immortal?>(nil)

    /// A slice that lives forever may be read anywhere.
    private struct Immortal: @unchecked Sendable {
        let slice: pb_bytes
    }

    init(_ connector: Connector) {
        declared = { connector.manifest }
        operations =
            connector.actions.map { (Array($0.id.utf8), Operation($0)) }
            + connector.polls.map { (Array($0.id.utf8), Operation($0)) }
            + connector.webhooks.flatMap { Operation.group($0).map { (Array($0.id.utf8), $0) } }
    }

    init(_ described: DescribedConnector) {
        declared = { described.manifest }
        operations = described.operations.map { (Array($0.id.utf8), Operation($0)) }
    }

    var manifest: pb_bytes {
        manifestSlice.withLock { known in
            if let known { return known }
            let made = Immortal(slice: .immortal(declared().bytes()))
            known = made
            return made
        }.slice
    }

    func start(_ table: UnsafePointer<pb_host>) {
        let host = Host(table)
        self.host.withLock { $0 = host }
    }

    func invoke(_ raw: UnsafePointer<pb_invocation>) -> Int32 {
        guard let host = host.withLock({ $0 }) else { return Int32(PB_CLOSING) }
        var invocation = pb_invocation()
        readSized(raw, into: &invocation)
        guard let operation = operation(invocation.operation) else { return Int32(PB_UNSUPPORTED) }
        let id = invocation.call
        guard let place = calls.begin(id) else { return Int32(PB_CLOSING) }
        let input: JSON
        do throws(JSONError) {
            input = try JSON(parsing: invocation.input.buffer)
        } catch {
            calls.end(at: place)
            return Int32(PB_INVALID)
        }
        let context = Context(
            attempt: Int(invocation.attempt), idempotencyKey: invocation.idempotency_key.string,
            deadline: invocation.deadline_ms, traceParent: invocation.trace_parent.string,
            // Two bytes are an empty object, which is what no settings are too.
            settings: invocation.settings.size > 2 ? Array(invocation.settings.buffer) : [],
            credential: invocation.credential.string, host: Call(id: id, host: host))
        let calls = calls
        // Immediate: an action that has nothing to wait for completes before `invoke` returns, without a thread hop.
        // Detached: whatever task the host happens to call from is none of the action's business.
        let task = Task.immediateDetached {
            do {
                let output = try await operation.run(input, context)
                host.complete(id, with: output)
            } catch {
                host.complete(id, with: ConnectorError(reporting: error))
            }
            calls.end(at: place)
        }
        calls.started(id, at: place, as: task)
        return Int32(PB_OK)
    }

    private func operation(_ id: pb_bytes) -> Operation? {
        guard let wanted = id.data else { return nil }
        let count = Int(clamping: id.size)
        return operations.first { $0.id.count == count && memcmp($0.id, wanted, count) == 0 }?.operation
    }

    func cancel(_ call: pb_call) { calls.cancel(call) }

    func drain(_ done: @escaping @Sendable () -> Void) { calls.drain(done) }
}

extension ConnectorError {
    /// What is told of whatever an action threw. The text of foreign errors stays inside: it may hold anything.
    init(reporting error: any Error) {
        switch error {
        case let error as ConnectorError: self = error
        case is CancellationError: self.init(.cancelled, "The call was cancelled.")
        default:
            self.init(.internalError, "The connector failed with \(type(of: error)), which it should have explained.")
        }
    }
}
