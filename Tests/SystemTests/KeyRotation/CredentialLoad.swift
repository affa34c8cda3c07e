import HostFixture
import PatchbayJSON
import PatchbayOutbound
import Synchronization

/// Runs workflows one after another, several at a time, until it is told to stop.
final class CredentialLoad: Sendable {
    struct Place: Sendable {
        var workflow: String
        /// Nil for the tenant that is there from the start.
        var tenant: String?

        var headers: [HTTPField] { tenant.map { [HTTPField(name: "X-Tenant-ID", value: $0)] } ?? [] }
    }

    private struct State {
        var started = 0
        var completed = 0
        var failures: [String] = []
        var isOver = false
    }

    private static let callers = 6

    private let host: RunningHost
    private let places: [Place]
    private let state = Mutex(State())

    init(_ host: RunningHost, _ places: [Place]) {
        self.host = host
        self.places = places
    }

    var completed: Int { state.withLock { $0.completed } }
    var failures: [String] { state.withLock { $0.failures } }

    func stop() { state.withLock { $0.isOver = true } }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.callers {
                group.addTask {
                    while let place = self.next() { try await self.start(place) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func next() -> Place? {
        state.withLock { state in
            if state.isOver { return nil }
            state.started += 1
            return places[state.started % places.count]
        }
    }

    private func start(_ place: Place) async throws {
        let answer = try await host.send(
            "POST", "/api/v1/workflows/\(place.workflow)/execute", ["input": [:]], headers: place.headers)
        state.withLock { state in
            if answer.body["status"] == "completed" {
                state.completed += 1
            } else {
                state.failures.append(answer.text)
            }
        }
    }

    /// Returns once so many more runs have ended.
    func goesOn(by more: Int = 12) async throws {
        let goal = state.withLock { $0.completed + $0.failures.count } + more
        let deadline = ContinuousClock.now + .seconds(30)
        while state.withLock({ $0.completed + $0.failures.count }) < goal {
            guard ContinuousClock.now < deadline else { throw SystemTestError("the runs stand still") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
