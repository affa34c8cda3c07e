import PatchbayCore
import PatchbayJSON
import Synchronization

@testable import PatchbayEngine

/// Connectors that do what a test says, and remember what they were asked.
final class ScriptedInvoker: OperationInvoker {
    typealias Script = @Sendable (OperationCall) async throws -> OperationResult

    private struct State {
        var calls: [OperationCall] = []
        var ended = 0
        var running = 0
        var mostRunning = 0
    }

    private let state = Mutex(State())
    private let changes = Bell()
    private let script: Script

    init(_ script: @escaping Script = { OperationResult(output: .string("did \($0.node)")) }) { self.script = script }

    var calls: [OperationCall] { state.withLock { $0.calls } }
    var mostRunning: Int { state.withLock { $0.mostRunning } }

    func calls(of node: String) -> [OperationCall] { calls.filter { $0.node == node } }

    func invoke(_ call: OperationCall) async throws -> OperationResult {
        state.withLock { state in
            state.calls.append(call)
            state.running += 1
            state.mostRunning = max(state.mostRunning, state.running)
        }
        changes.ring()
        defer {
            state.withLock { state in
                state.ended += 1
                state.running -= 1
            }
            changes.ring()
        }
        return try await script(call)
    }

    func waitForCalls(_ count: Int) async { await wait { $0.calls.count >= count } }

    /// Waits until so many calls have come back, be it because they were cancelled.
    func waitForEnds(_ count: Int) async { await wait { $0.ended >= count } }

    private func wait(until isRight: (State) -> Bool) async {
        while !Task.isCancelled {
            let heard = changes.rings
            if state.withLock({ isRight($0) }) { return }
            await changes.wait(past: heard)
        }
    }
}

/// A door that stays open once it is.
final class Gate: Sendable {
    private let bell = Bell()

    func open() { bell.ring() }

    var isOpen: Bool { bell.rings > 0 }

    /// Waits for the door; cancellation is an error.
    func pass() async throws {
        await bell.wait(past: 0)
        if bell.rings == 0 { throw CancellationError() }
    }

    /// Waits for the door and hears nothing else.
    func passDeaf() async { await Task { _ = await bell.wait(past: 0) }.value }
}
