import HostFixture
import PatchbayJSON
import Synchronization

/// Starts runs of one workflow, so many a second, on several hosts in turn, until it is told to stop.
final class SteadyLoad: Sendable {
    private struct State {
        var runs: [String] = []
        var refusals: [String] = []
        var underWay = 0
        var isOver = false
    }

    /// Requests at a time; what is due beyond that is left out.
    private static let mostUnderWay = 40

    private let hosts: [RunningHost]
    private let workflow: String
    private let perSecond: Int
    private let state = Mutex(State())

    init(_ hosts: [RunningHost], workflow: String, perSecond: Int) {
        self.hosts = hosts
        self.workflow = workflow
        self.perSecond = perSecond
    }

    var runs: [String] { state.withLock { $0.runs } }
    /// Answers to requests that started no run.
    var refusals: [String] { state.withLock { $0.refusals } }

    func stop() { state.withLock { $0.isOver = true } }

    /// Ten times a second a tenth of what is due; nothing is caught up that the machine did not manage.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var turn = 0
            var next = ContinuousClock.now
            while !state.withLock({ $0.isOver }) {
                for _ in 0..<perSecond / 10 {
                    let isFull = state.withLock { state in
                        if state.underWay >= Self.mostUnderWay { return true }
                        state.underWay += 1
                        return false
                    }
                    if isFull { break }
                    let host = hosts[turn % hosts.count]
                    let name = "N\(turn)"
                    turn += 1
                    group.addTask { try await self.start(on: host, name) }
                }
                next = max(next + .milliseconds(100), .now)
                try await Task.sleep(until: next)
            }
            try await group.waitForAll()
        }
    }

    private func start(on host: RunningHost, _ name: String) async throws {
        let answer = try await host.send(
            "POST", "/api/v1/runs", ["workflow_id": .string(workflow), "input": ["name": .string(name)]])
        state.withLock { state in
            state.underWay -= 1
            if let id = answer.body["id"]?.string, answer.status == 202 {
                state.runs.append(id)
            } else {
                state.refusals.append(answer.text)
            }
        }
    }

    /// What became of the runs: by the version of the workflow, which greetings they gave; and those that did not complete.
    func results() async throws -> (greetings: [Int64: Set<[String]>], failures: [String]) {
        var (greetings, failures) = ([Int64: Set<[String]>](), [String]())
        let runs = runs
        for start in stride(from: 0, to: runs.count, by: 16) {
            let ended = try await withThrowingTaskGroup(of: JSON.self) { group in
                for (place, run) in runs[start..<min(start + 16, runs.count)].enumerated() {
                    let host = hosts[place % hosts.count]
                    group.addTask { try await host.finished(run) }
                }
                return try await group.reduce(into: [JSON]()) { $0.append($1) }
            }
            for run in ended {
                guard run["status"] == "completed" else {
                    failures.append(run.text)
                    continue
                }
                let words = ["hello", "again"].compactMap { node in
                    let step = run["steps"]?.array?.first { $0["node_id"]?.string == node }
                    return step?["output"]?["text"]?.string?.split(separator: ",").first.map(String.init)
                }
                greetings[run["workflow_version"]?.int ?? 0, default: []].insert(words)
            }
        }
        return (greetings, failures)
    }
}
