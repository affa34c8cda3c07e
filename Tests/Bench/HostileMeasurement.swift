import Fuzzing

/// How soon inputs that are made to cost much end with an error: the slowest ones, and how many there are.
enum HostileMeasurement {
    private static let shown = 5

    static func run() {
        var times: [(name: String, milliseconds: Double)] = []
        for input in HostileInput.all {
            let start = ContinuousClock.now
            guard input.run() != nil else { Bench.fail("\(input.name): no error") }
            times.append((input.name, (ContinuousClock.now - start).microseconds / 1_000))
        }
        times.sort { $0.milliseconds > $1.milliseconds }
        for (name, milliseconds) in times.prefix(shown) {
            Bench.report(name, "\(milliseconds.rounded(to: 1)) ms", budget: "100 ms")
        }
        Bench.report("\(times.count - shown) other hostile inputs", "less", budget: "100 ms")
    }
}
