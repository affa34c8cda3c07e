import Glibc
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import Synchronization

/// What a well-behaved connector notices of one beside it that ends its process with every call, a thousand times.
///
/// It is called alone and beside the hostile one in turn, and each stretch is held against the one before it: the machine's
/// speed drifts more within a measurement than the hostile one changes. Before each stretch the hostile one's quarantine is
/// lifted, as an operator would; else it ended five processes, and what followed were refusals.
enum NeighbourMeasurement {
    private static let stretches = 20
    private static let hostileCalls = 50
    /// Calls of the well-behaved one while it is alone.
    private static let leastCalls = 2_500
    /// Calls in a row, before a pause. The first after a pause is slower, because a thread must wake: a tenth of all calls
    /// are, so that of a hundred the 95th slowest is always one of these. With twenty it was one of them or not, as chance
    /// would have it.
    private static let callsInARow = 10
    private static let id = "measurement-hostile"

    @concurrent static func run(in workshop: Workshop) async throws {
        guard try await install(workshop) else {
            return Bench.report("other work beside 1,000 hostile calls", "not measured", budget: "a C compiler")
        }
        let registry = workshop.registry(isolation: IsolationPolicy(.runner))
        await registry.scan()
        let invoker = ModuleInvoker(registry: registry, outbound: nil, credentials: Nothing(), settings: Nothing())
        let well = RunnerMeasurement.call(Workshop.stem + "00", "do_nothing")
        let hostile = RunnerMeasurement.call(id, "misbehave")
        let tally = Tally()
        _ = try await percentile(of: well, by: invoker) { false }
        var (besides, ratios): ([Double], [Double]) = ([], [])
        for stretch in 0..<stretches {
            let alone = try await percentile(of: well, by: invoker) { false }
            _ = registry.liftQuarantine(of: id, hostile.reference.version)
            let attack = Task {
                defer { tally.stretches.wrappingAdd(1, ordering: .relaxed) }
                for _ in 0..<hostileCalls {
                    do {
                        _ = try await invoker.invoke(hostile)
                    } catch let failure as OperationFailure where failure.message.contains(id) {
                        tally.attributed.wrappingAdd(1, ordering: .relaxed)
                        if failure.detail["end"] == "signal" {
                            tally.ended.wrappingAdd(1, ordering: .relaxed)
                        }
                    }
                    // As a workflow would that goes wrong each time, a hundred times a second.
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            let beside = try await percentile(of: well, by: invoker) {
                tally.stretches.load(ordering: .relaxed) == stretch
            }
            try await attack.value
            besides.append(beside)
            ratios.append(beside / alone)
        }
        await registry.close()
        besides.sort()
        ratios.sort()
        let middle = stretches / 2
        let (calls, processes) = (tally.attributed.load(ordering: .relaxed), tally.ended.load(ordering: .relaxed))
        Bench.report(
            "other work beside \(calls) attributed hostile calls, p95",
            "\(besides[middle].rounded(to: 1)) µs, \(ratios[middle].rounded(to: 2)) × alone "
                + "(\(ratios[0].rounded(to: 2)) to \(ratios[stretches - 1].rounded(to: 2))); \(processes) processes ended",
            budget: "1.5 × alone")
    }

    /// What became of the attacks so far.
    private final class Tally: Sendable {
        let attributed = Atomic(0)
        /// Of these, calls with which a process ended.
        let ended = Atomic(0)
        let stretches = Atomic(0)
    }

    /// Microseconds that 95 of 100 calls stay below; at least so many calls are made, and as long as it goes on.
    private static func percentile(
        of call: OperationCall, by invoker: ModuleInvoker, while goesOn: () -> Bool
    ) async throws -> Double {
        var times: [Double] = []
        while times.count < leastCalls || goesOn() {
            let start = ContinuousClock.now
            _ = try await invoker.invoke(call)
            times.append((ContinuousClock.now - start).microseconds)
            if times.count % callsInARow == 0 { try await Task.sleep(for: .milliseconds(1)) }
        }
        times.sort()
        return times[times.count * 95 / 100]
    }

    /// Builds the connector of the tests that gives up its process; false without a compiler.
    private static func install(_ workshop: Workshop) async throws -> Bool {
        let manifest: JSON = [
            "manifest_version": 1, "id": .string(id), "version": "1.0.0", "name": "Hostile", "summary": "Crashes.",
            "category": "utility", "abi": ["major": 1, "least_minor": 0],
            "sdk": ["name": "none", "version": "1.0.0", "language": "c", "runtime": "none"], "isolation": "runner",
            "permissions": ["hosts": [], "credentials": []], "limits": ["concurrency": 8, "timeout_ms": 30_000],
            "settings": ["type": "object"],
            "operations": [
                [
                    "id": "misbehave", "kind": "action", "title": "Misbehave", "summary": "Crashes.", "effect": "write",
                    "input": ["type": "object"], "output": ["type": "object"],
                ]
            ],
        ]
        let library = workshop.folder + "/hostile.so"
        let text = JSON.string(manifest.text).text
        guard let file = fopen(workshop.folder + "/hostile.manifest", "w") else { return false }
        fputs(text, file)
        fclose(file)
        let arguments = [
            "cc", "-shared", "-fPIC", "-std=gnu11", "-I", "ConnectorSDK/CPatchbay/include",
            "-DMANIFEST=\"\(workshop.folder)/hostile.manifest\"", "-DID=\"\(id)\"", "-DVERSION=\"1.0.0\"",
            "-Wl,--version-script=ConnectorSDK/CPatchbay/connector.map", "-o", library,
            "Tests/Fixtures/Hostile/abort.c",
        ]
        var texts = arguments.map { strdup($0) } + [nil]
        defer { texts.forEach { free($0) } }
        var child: pid_t = 0
        guard posix_spawnp(&child, "cc", nil, nil, &texts, environ) == 0 else { return false }
        var status: Int32 = 0
        waitpid(child, &status, 0)
        guard status == 0 else { return false }
        try await workshop.stage([library])
        return true
    }
}
