import FoundationEssentials
import Glibc
import PatchbayModules

/// How long a host takes to open fifty connectors: from reading the first manifest to the last module's start. In a process
/// of its own, so that no image is there already; once without having seen them before (each is probed in a child then),
/// and once as every later start of a host does.
enum LoadMeasurement {
    private static let count = 50

    static func run(in workshop: Workshop) async throws {
        try await workshop.stage((1...count).map { try workshop.stamp($0) })
        let cold = try measure(workshop)
        let warm = try (0..<5).map { _ in try measure(workshop) }.sorted()
        Bench.report("50 empty connectors, seen for the first time", "\(cold.rounded(to: 0)) ms", budget: "none")
        Bench.report(
            "50 empty connectors, at each later start",
            "\(warm[2].rounded(to: 0)) ms (\(warm[0].rounded(to: 0)) to \(warm[4].rounded(to: 0)))",
            budget: "250 ms")
    }

    /// Opens all connectors and prints the milliseconds.
    static func child(plugins: String, data: String, runner: String) async throws {
        let start = ContinuousClock.now
        let registry = ConnectorRegistry(
            plugins: plugins, data: data, prober: Prober(runner: runner), logger: Workshop.silent)
        await registry.scan()
        // What other measurements have left there is not theirs.
        let names = registry.connectors.filter { $0.hasPrefix(Workshop.stem) && $0 != Workshop.stem + "00" }
        let refused = await registry.preload(names)
        let milliseconds = (ContinuousClock.now - start).microseconds / 1000
        guard names.count == count, refused.isEmpty else {
            Bench.fail("\(names.count) connectors, refused: \(refused)")
        }
        print(milliseconds)
    }

    private static func measure(_ workshop: Workshop) throws -> Double {
        let arguments = ["load", workshop.plugins, workshop.data, workshop.runner]
        var output = [Int32](repeating: 0, count: 2)
        guard pipe(&output) == 0 else { throw POSIXError(.EMFILE) }
        defer { close(output[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, output[0])
        var texts = ([CommandLine.arguments[0]] + arguments).map { strdup($0) } + [nil]
        defer { texts.forEach { free($0) } }
        var child: pid_t = 0
        let status = posix_spawn(&child, "/proc/self/exe", &actions, nil, &texts, environ)
        close(output[1])
        guard status == 0 else { throw POSIXError(.ENOENT) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = max(0, read(output[0], &buffer, buffer.count))
        var ending: Int32 = 0
        waitpid(child, &ending, 0)
        let text = String(decoding: buffer[..<length], as: UTF8.self).filter { !$0.isWhitespace }
        guard ending == 0, let milliseconds = Double(text) else { throw POSIXError(.EINVAL) }
        return milliseconds
    }
}
