import Dispatch
import Glibc

/// Measures the budgets of the design. Run by `make bench`, in a release build.
///
///     patchbay-bench BUILD_FOLDER            all measurements
///     patchbay-bench load PLUGINS DATA RUNNER   one of them, in a process of its own
@main
struct Bench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        switch arguments.dropFirst().first {
        case "load" where arguments.count == 5:
            try await LoadMeasurement.child(plugins: arguments[2], data: arguments[3], runner: arguments[4])
        case "echo": SocketPairYardstick.echo()
        case let build? where arguments.count == 2:
            let workshop = try Workshop(build: build)
            defer { workshop.remove() }
            try await within(60, "JSON") { try JSONMeasurement.run() }
            await within(60, "hostile inputs") { HostileMeasurement.run() }
            try await within(60, "expressions") { try ExpressionsMeasurement.run() }
            try await within(60, "calls") { try await CallMeasurement.run(in: workshop) }
            try await within(120, "calls of runners") { try await RunnerMeasurement.run(in: workshop) }
            try await within(120, "neighbours") { try await NeighbourMeasurement.run(in: workshop) }
            try await within(120, "loading") { try await LoadMeasurement.run(in: workshop) }
            try await within(120, "the whole host") { try await HostMeasurement.run(in: workshop) }
        default:
            fail("usage: patchbay-bench BUILD_FOLDER")
        }
    }

    /// Ends the program when a part takes longer than so many seconds. From a queue of its own: a part that hangs may keep
    /// every thread of Swift's pool.
    private static func within(_ seconds: Int, _ part: String, _ body: () async throws -> Void) async rethrows {
        let end = DispatchWorkItem { fail("the measurement of \(part) was not done after \(seconds) s") }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: end)
        defer { end.cancel() }
        try await body()
    }

    static func fail(_ text: String) -> Never {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
        exit(2)
    }

    /// One line: what, how much, how much it may be.
    static func report(_ what: String, _ figure: String, budget: String) {
        print(what.padded(to: 58), figure.padded(to: 24), "budget \(budget)")
        fflush(nil)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
