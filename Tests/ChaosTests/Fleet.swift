import Glibc
import HostFixture
import Synchronization

/// Worker processes that are killed again and again, and replaced.
final class Fleet: Sendable {
    private struct State {
        var workers: [(program: ChildProgram, ending: Task<Int32, Never>)] = []
        var kills = 0
        var strangeEnds: [String] = []
    }

    private let installation: Installation
    private let settings: [String: String]
    private let state = Mutex(State())

    init(_ installation: Installation, settings: [String: String]) {
        self.installation = installation
        self.settings = settings
    }

    var kills: Int { state.withLock { $0.kills } }
    /// What workers said that ended although nobody killed them.
    var strangeEnds: [String] { state.withLock { $0.strangeEnds } }

    func add() throws {
        let program = try ChildProgram(
            installation.build + "/patchbay", ["serve", "--roles", "worker,scheduler"],
            environment: installation.environment.merging(settings) { $1 }, folder: installation.folder)
        let ending = Task { await program.ended() }
        state.withLock { $0.workers.append((program, ending)) }
    }

    /// Replaces workers that have ended by themselves, which none should.
    func replaceEnded() async throws {
        let ended = state.withLock { state in
            let ended = state.workers.filter { kill($0.program.pid, 0) != 0 }
            state.workers.removeAll { kill($0.program.pid, 0) != 0 }
            return ended
        }
        for worker in ended {
            let words = "\(await worker.ending.value): \(worker.program.errors.suffix(2_000))"
            state.withLock { $0.strangeEnds.append(words) }
            try add()
        }
    }

    /// Kills the worker that has been at work longest, and starts another; nothing while fewer than two are at work, so that
    /// on a slow machine not each is killed as soon as it has begun.
    func killOne() async throws {
        let victim = state.withLock { state in
            let working = state.workers.indices.filter { state.workers[$0].program.errors.contains("started") }
            return working.count < 2 ? nil : state.workers.remove(at: working[0])
        }
        guard let victim else { return }
        victim.program.signal(SIGKILL)
        let status = await victim.ending.value
        state.withLock { state in
            state.kills += 1
            if status != 128 + SIGKILL { state.strangeEnds.append("\(status): \(victim.program.errors.suffix(2_000))") }
        }
        try add()
    }

    /// Ends all of them.
    func stop() async {
        let workers = state.withLock { state in
            defer { state.workers = [] }
            return state.workers
        }
        for worker in workers { worker.program.signal(SIGKILL) }
        for worker in workers { _ = await worker.ending.value }
    }

    /// The last that each of them said, for people who look for what went wrong.
    var lastWords: String {
        state.withLock { $0.workers.map { String($0.program.errors.suffix(1_500)) }.joined(separator: "\n—\n") }
    }
}
