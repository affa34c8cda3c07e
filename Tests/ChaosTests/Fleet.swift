import Glibc
import HostFixture
import PatchbayCore
import Synchronization

/// Worker processes that are killed again and again, and replaced.
final class Fleet: Sendable {
    private struct Member {
        let program: ChildProgram
        let ending: Task<Int32, Never>
        /// By which it holds runs; nil until it is at work.
        var name: String?
    }

    private struct State {
        var members: [Member] = []
        var kills: [Recovery.Kill] = []
        var missed = 0
        var strangeEnds: [String] = []
    }

    /// So many are there at a time: three to work, and those that are starting when one of these is killed, so that no kill
    /// has to wait for a start.
    static let size = 6

    private let installation: Installation
    private let settings: [String: String]
    private let state = Mutex(State())

    init(_ installation: Installation, settings: [String: String]) {
        self.installation = installation
        self.settings = settings
    }

    var kills: [Recovery.Kill] { state.withLock { $0.kills } }
    /// Times at which fewer than two were at work, so that nobody was killed.
    var missed: Int { state.withLock { $0.missed } }
    /// What workers said that ended although nobody killed them.
    var strangeEnds: [String] { state.withLock { $0.strangeEnds } }

    func add() throws {
        let program = try ChildProgram(
            installation.build + "/patchbay", ["serve", "--roles", "worker,scheduler"],
            environment: installation.environment.merging(settings) { $1 }, folder: installation.folder)
        let ending = Task { await program.ended() }
        state.withLock { $0.members.append(Member(program: program, ending: ending)) }
    }

    /// Replaces workers that have ended by themselves, which none should.
    func replaceEnded() async throws {
        let ended = state.withLock { state in
            let ended = state.members.filter { kill($0.program.pid, 0) != 0 }
            state.members.removeAll { kill($0.program.pid, 0) != 0 }
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
    ///
    /// - Parameter inHand: Answers the runs that a worker of that name has in hand.
    func killOne(_ inHand: (String) async -> [RunID]) async throws {
        let victim: Member? = state.withLock { state in
            for index in state.members.indices where state.members[index].name == nil {
                state.members[index].name = Self.name(in: state.members[index].program.errors)
            }
            let working = state.members.indices.filter { state.members[$0].name != nil }
            if working.count < 2 { state.missed += 1 }
            return working.count < 2 ? nil : state.members.remove(at: working[0])
        }
        guard let victim else { return }
        let runs = await inHand(victim.name ?? "")
        victim.program.signal(SIGKILL)
        let death = SystemTime().now
        try add()
        let status = await victim.ending.value
        state.withLock { state in
            state.kills.append(Recovery.Kill(at: death, runs: runs))
            if status != 128 + SIGKILL { state.strangeEnds.append("\(status): \(victim.program.errors.suffix(2_000))") }
        }
    }

    /// From the line that a worker writes when it has started.
    private static func name(in log: String) -> String? {
        guard let line = log.split(separator: "\n").first(where: { $0.hasSuffix("started") }) else { return nil }
        return line.split(separator: " ").first { $0.hasPrefix("worker=") }.map { String($0.dropFirst(7)) }
    }

    /// Ends all of them.
    func stop() async {
        let members = state.withLock { state in
            defer { state.members = [] }
            return state.members
        }
        for worker in members { worker.program.signal(SIGKILL) }
        for worker in members { _ = await worker.ending.value }
    }

    /// The last that each of them said, for people who look for what went wrong.
    var lastWords: String {
        state.withLock { $0.members.map { String($0.program.errors.suffix(1_500)) }.joined(separator: "\n—\n") }
    }
}
