import Glibc
import Synchronization

/// Makes and checks passwords' hashes on threads of their own, few at a time: each takes tenths of a second and 32 MiB,
/// and must neither stop other requests nor fill the memory when somebody tries a thousand at once.
package final class PasswordHashing: Sendable {
    /// Thrown when too many wait already.
    package struct Busy: Error, Sendable {}

    private struct State {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let cost: PasswordHash.Cost
    private let width: Int
    private let mostWaiting: Int
    private let state = Mutex(State())
    /// What an unknown account's password is compared with, so that its answer takes as long as a known one's.
    private let decoy: Mutex<PasswordHash?> = Mutex(nil)

    /// - Parameter width: How many at a time.
    package init(cost: PasswordHash.Cost = .standard, width: Int = 2, mostWaiting: Int = 64) {
        self.cost = cost
        self.width = width
        self.mostWaiting = mostWaiting
    }

    /// Throws `Busy`, or `SecurityError` for a password that cannot be hashed.
    package func hash(_ password: String) async throws -> PasswordHash {
        let cost = cost
        return try await run { Result { try PasswordHash(of: password, cost: cost) } }.get()
    }

    /// Whether a stored text is the password's; false, after the same time, when there is none. Throws `Busy`.
    package func matches(_ password: String, _ stored: String?) async throws -> Bool {
        let (cost, known) = (cost, decoy.withLock(\.self))
        let (isRight, made) = try await run { () -> (Bool, PasswordHash?) in
            if let hash = stored.flatMap({ PasswordHash($0) }) { return (hash.matches(password), nil) }
            guard let known else { return (false, try? PasswordHash(of: "nobody's", cost: cost)) }
            _ = known.matches(password)
            return (false, nil)
        }
        if let made { decoy.withLock { $0 = made } }
        return isRight
    }

    /// Whether it was made with another cost than is used today.
    package func isOutdated(_ stored: String) -> Bool { PasswordHash(stored)?.cost != cost }

    private func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job: @Sendable () -> Void = { continuation.resume(returning: work()) }
            let (starts, isRefused) = state.withLock { state -> (Bool, Bool) in
                if state.running < width {
                    state.running += 1
                    return (true, false)
                }
                guard state.waiting.count < mostWaiting else { return (false, true) }
                state.waiting.append(job)
                return (false, false)
            }
            if isRefused { continuation.resume(throwing: Busy()) }
            if starts { start(job) }
        }
    }

    /// A thread that works until nothing waits.
    private func start(_ first: @escaping @Sendable () -> Void) {
        let work = Work { [self] in
            var job: (@Sendable () -> Void)? = first
            while let now = job {
                now()
                job = state.withLock { state in
                    if state.waiting.isEmpty {
                        state.running -= 1
                        return nil
                    }
                    return state.waiting.removeFirst()
                }
            }
        }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(work).toOpaque()
        let failure = pthread_create(
            &thread, nil,
            {
                Unmanaged<Work>.fromOpaque($0!).takeRetainedValue().run(); return nil
            }, context)
        if failure == 0 {
            pthread_detach(thread)
        } else {
            // Without threads left there is nothing better than this one.
            Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
        }
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
