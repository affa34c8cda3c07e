import Configuration
import PatchbayCore
import PatchbayEngine
import PatchbayJSON

/// How the worker of this process goes about its work, as far as the operator decides it.
struct WorkerSettings: Sendable {
    /// Labels of runs that it may take.
    var labels: [String]
    /// Whether it takes only runs that ask for labels.
    var isDedicated: Bool
    var options = WorkerOptions()

    init(reading config: ConfigReader, labels: [String]) throws {
        guard labels.count <= WorkerLabel.most, labels.allSatisfy(WorkerLabel.isValid) else {
            throw ConfigurationProblem(
                "PATCHBAY_LABELS is \(labels.joined(separator: ",")), needs at most \(WorkerLabel.most) labels of small "
                    + "letters, digits and hyphens.")
        }
        self.labels = labels
        isDedicated = config.bool(forKey: "patchbay.dedicated", default: false)
        guard !isDedicated || !labels.isEmpty else {
            throw ConfigurationProblem("A dedicated worker needs labels: --labels or PATCHBAY_LABELS.")
        }
        options.takesUnlabelled = !isDedicated
        if let runs = config.int(forKey: "patchbay.runs") {
            guard (1...10_000).contains(runs) else {
                throw ConfigurationProblem("PATCHBAY_RUNS is \(runs), needs a number from 1 to 10000.")
            }
            options.runs = runs
        }
        if let largest = try ByteCount.read(
            "patchbay.largest.value", "PATCHBAY_LARGEST_VALUE", in: config, from: 1_024, to: JSON.largestStepValue)
        {
            options.largestValue = largest
        }
        if let heartbeat = try Self.duration("patchbay.heartbeat", "PATCHBAY_HEARTBEAT", in: config) {
            options.heartbeatInterval = heartbeat
        }
        if let silence = try Self.duration("patchbay.worker.timeout", "PATCHBAY_WORKER_TIMEOUT", in: config) {
            options.abandonment = silence
        }
        guard options.heartbeatInterval >= 100, options.abandonment >= options.heartbeatInterval * 2 else {
            throw ConfigurationProblem(
                "PATCHBAY_WORKER_TIMEOUT is \(options.abandonment) ms and PATCHBAY_HEARTBEAT "
                    + "\(options.heartbeatInterval) ms; the timeout must be at least twice the heartbeat, and that 100ms."
            )
        }
    }

    private static func duration(_ key: ConfigKey, _ name: String, in config: ConfigReader) throws -> Int64? {
        guard let text = config.string(forKey: key) else { return nil }
        do {
            return try DurationText.milliseconds(text)
        } catch {
            throw ConfigurationProblem("\(name) is \(text), needs a duration such as 1s or 500ms.")
        }
    }
}
