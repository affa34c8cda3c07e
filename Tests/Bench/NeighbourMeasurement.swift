import Glibc
import PatchbayCore
import PatchbayJSON
import PatchbayModules
import Synchronization

/// What a well-behaved connector notices of one beside it that ends its process with every call, a thousand times.
enum NeighbourMeasurement {
    private static let hostileCalls = 1_000
    private static let id = "measurement-hostile"

    @concurrent static func run(in workshop: Workshop) async throws {
        guard try await install(workshop) else {
            return Bench.report("other work beside 1,000 hostile calls", "not measured", budget: "a C compiler")
        }
        let registry = workshop.registry(isolation: IsolationPolicy(.runner))
        await registry.scan()
        let invoker = ModuleInvoker(registry: registry, outbound: nil, credentials: Nothing(), settings: Nothing())
        let well = RunnerMeasurement.call(Workshop.stem + "00", "do_nothing")
        let alone = try await percentile(of: well, by: invoker) { _ in false }
        let hostile = RunnerMeasurement.call(id, "misbehave")
        let attributed = Atomic(0)
        let attacks = Task {
            for _ in 0..<hostileCalls {
                do {
                    _ = try await invoker.invoke(hostile)
                } catch let failure as OperationFailure where failure.message.contains(id) {
                    attributed.wrappingAdd(1, ordering: .relaxed)
                }
                // As a workflow would that goes wrong each time, a hundred times a second.
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        let beside = try await percentile(of: well, by: invoker) { _ in
            attributed.load(ordering: .relaxed) < hostileCalls && !attacks.isCancelled
        }
        try await attacks.value
        await registry.close()
        Bench.report(
            "other work beside \(attributed.load(ordering: .relaxed)) attributed hostile calls, p95",
            "\(beside.rounded(to: 1)) µs, \((beside / alone).rounded(to: 2)) × alone", budget: "1.5 × alone")
    }

    /// Microseconds that 95 of 100 calls stay below; at least so many calls are made, and as long as it goes on.
    private static func percentile(
        of call: OperationCall, by invoker: ModuleInvoker, while goesOn: (Int) -> Bool
    ) async throws -> Double {
        var times: [Double] = []
        while times.count < 5_000 || goesOn(times.count) {
            let start = ContinuousClock.now
            _ = try await invoker.invoke(call)
            times.append((ContinuousClock.now - start).microseconds)
            if times.count % 20 == 0 { try await Task.sleep(for: .milliseconds(1)) }
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
