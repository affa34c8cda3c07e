import Glibc

/// Measures the durable engine beside pgbench on the same cluster. Run by `make bench`, in a release build.
///
///     patchbay-engine-bench [MEASUREMENT…]   without names, all of them
@main
struct EngineBench {
    /// One of the figures of the design, and how long it may take to make, its own cluster included.
    private struct Measurement {
        let name: String
        let limit: Duration
        let run: @Sendable (Workshop) async throws -> Void
    }

    private static let measurements = [
        Measurement(name: "throughput", limit: .seconds(120)) { try await ThroughputMeasurement.run(in: $0) },
        Measurement(name: "latency", limit: .seconds(45)) { try await LatencyMeasurement.run(in: $0) },
        Measurement(name: "start", limit: .seconds(45)) { try await StartMeasurement.run(in: $0) },
        Measurement(name: "http", limit: .seconds(90)) { try await HTTPStartMeasurement.run(in: $0) },
        Measurement(name: "webhook", limit: .seconds(120)) { try await WebhookMeasurement.run(in: $0) },
        Measurement(name: "access", limit: .seconds(45)) { try await AccessMeasurement.run(in: $0) },
        Measurement(name: "planning", limit: .seconds(30)) { try await PlanningMeasurement.run(in: $0) },
        Measurement(name: "fairness", limit: .seconds(60)) { try await FairnessMeasurement.run(in: $0) },
        Measurement(name: "waiting", limit: .seconds(60)) { try await WaitingMeasurement.run(in: $0) },
        Measurement(name: "audit", limit: .seconds(90)) { try await AuditMeasurement.run(in: $0) },
        Measurement(name: "templates", limit: .seconds(180)) { try await TemplateSearchMeasurement.run(in: $0) },
        Measurement(name: "installs", limit: .seconds(60)) { try await InstallMeasurement.run(in: $0) },
        Measurement(name: "listing", limit: .seconds(90)) { try await ListingMeasurement.run(in: $0) },
    ]

    static func main() async {
        let wanted = CommandLine.arguments.dropFirst()
        if wanted.first == BareProcess.argument, let port = wanted.dropFirst().first.flatMap({ Int($0) }) {
            try? await BareProcess.serve(on: port)
            return
        }
        let known = measurements.map(\.name)
        for name in wanted where !known.contains(name) {
            print("There is no measurement \(name); there are: \(known.joined(separator: ", "))")
            exit(2)
        }
        // For what does not end although it is told to: the signal ends the process.
        alarm(UInt32(measurements.reduce(0) { $0 + $1.limit.components.seconds } * 2))
        var isWhole = true
        for measurement in measurements where wanted.isEmpty || wanted.contains(measurement.name) {
            do {
                try await Workshop.open(for: measurement.limit, measurement.run)
            } catch {
                isWhole = false
                print("\(measurement.name) failed: \(error)")
                fflush(nil)
            }
        }
        exit(isWhole ? 0 : 1)
    }

    /// One line: what, how much, how much it may be.
    static func report(_ what: String, _ figure: String, budget: String) {
        print(what.padded(to: 58), figure.padded(to: 40), "budget \(budget)")
        fflush(nil)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Duration {
    var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15 }
}

extension Double {
    func text(_ places: Int = 2) -> String {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return places == 0 ? String(Int(self.rounded())) : String((self * scale).rounded() / scale)
    }
}

extension [Double] {
    /// The value below which `share` of the values lie.
    func percentile(_ share: Double) -> Double {
        let sorted = sorted()
        return sorted.isEmpty ? .nan : sorted[Swift.min(count - 1, Int(Double(count) * share))]
    }
}
