import Glibc

/// Measures the durable engine beside pgbench on the same cluster. Run by `make bench`, in a release build.
///
///     patchbay-engine-bench [MEASUREMENT…]   without names, all of them
@main
struct EngineBench {
    private static let measurements: [(name: String, run: @Sendable () async throws -> Void)] = [
        ("throughput", { try await Workshop.open { try await ThroughputMeasurement.run(in: $0) } }),
        ("latency", { try await Workshop.open { try await LatencyMeasurement.run(in: $0) } }),
        ("start", { try await Workshop.open { try await StartMeasurement.run(in: $0) } }),
        ("listing", { try await Workshop.open { try await ListingMeasurement.run(in: $0) } }),
    ]

    static func main() async throws {
        let wanted = CommandLine.arguments.dropFirst()
        let known = measurements.map(\.name)
        for name in wanted where !known.contains(name) {
            print("There is no measurement \(name); there are: \(known.joined(separator: ", "))")
            exit(2)
        }
        for (name, run) in measurements where wanted.isEmpty || wanted.contains(name) { try await run() }
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
