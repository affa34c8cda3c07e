package import Logging
package import PatchbayCore

/// Makes calls as long as their gate lets them pass. A call that meets a shut gate is not made: its step is told to come
/// back, as if the service itself had asked for that, and so waits without spending an attempt.
package struct GuardedInvoker: OperationInvoker {
    /// Shown as the error's vendor code, so that people see who spoke.
    package static let breakerOpen = "breaker_open"

    private let invoker: any OperationInvoker
    private let gates: CallGates
    private let clock: any TimeSource

    package init(_ invoker: any OperationInvoker, gates: CallGates, clock: any TimeSource) {
        self.invoker = invoker
        self.gates = gates
        self.clock = clock
    }

    package func invoke(_ call: OperationCall) async throws -> OperationResult {
        let key = GateKey(
            tenant: call.tenant, connector: call.reference.connector, version: call.reference.version.description,
            credential: call.credential ?? "")
        let start = clock.now
        switch gates.ask(key, at: start) {
        case .pass: break
        case .broken(let until): throw Self.refusal(key, until: until, at: start, isBroken: true)
        case .rateLimited(let until): throw Self.refusal(key, until: until, at: start, isBroken: false)
        }
        do {
            let result = try await invoker.invoke(call)
            gates.succeeded(key, startedAt: start, at: clock.now)
            return result
        } catch let failure as OperationFailure {
            gates.failed(key, failure, startedAt: start, at: clock.now)
            throw failure
        } catch {
            gates.abandoned(key, startedAt: start, at: clock.now)
            throw error
        }
    }

    private static func refusal(
        _ key: GateKey, until: Timestamp, at now: Timestamp, isBroken: Bool
    ) -> OperationFailure {
        let with = key.credential.isEmpty ? "" : " with the credential \(key.credential.quoted)"
        let name = "\(key.connector) \(key.version)\(with)"
        return OperationFailure(
            code: .rateLimited,
            message: isBroken
                ? "Calls of \(name) have failed so often that none is made until \(until); the step waits."
                : "The service that \(name) calls wants no calls until \(until); the step waits.",
            isRetryable: true, retryAfter: max(until - now, 1), effect: OperationFailure.Effect.none,
            vendorCode: isBroken ? breakerOpen : nil)
    }
}

/// Tells other workers which gates are shut here, and hears which are there.
package struct GateExchange: Sendable {
    /// Milliseconds.
    private static let interval: Int64 = 1_000

    private let gates: CallGates
    private let store: any GateStore
    private let clock: any WaitableTime
    private let logger: Logger

    package init(_ gates: CallGates, store: any GateStore, clock: any WaitableTime = SystemTime(), logger: Logger) {
        self.gates = gates
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            do {
                try await exchange(at: clock.now)
            } catch {
                logger.debug("gates could not be exchanged", metadata: ["error": "\(error)"])
            }
            await clock.wait(until: clock.now + Self.interval)
        }
    }

    func exchange(at now: Timestamp) async throws {
        let news = gates.news(at: now)
        for gate in news where gate.state == .open {
            logger.warning(
                "a circuit breaker has opened",
                metadata: [
                    "connector": "\(gate.key.connector) \(gate.key.version)", "tenant": "\(gate.key.tenant)",
                    "until": "\(gate.until ?? now)",
                ])
        }
        if !news.isEmpty { try await store.publish(news) }
        for gate in try await store.shut(at: now) { gates.heard(gate, at: now) }
    }
}
