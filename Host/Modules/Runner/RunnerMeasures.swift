import Logging
import PatchbayCore
import PatchbayFrames

/// What keeps a runner to itself on this machine: asked of one that runs nothing.
struct RunnerMeasures: Sendable, Equatable {
    /// Bits of `RunnerMeasure`; nil when no runner could be asked.
    var holding: UInt32?

    /// Blocks until the runner has answered.
    static func ask(_ runner: String, without: UInt32) -> RunnerMeasures {
        let child = ChildProcess(
            path: runner, arguments: ["measure", String(without)], environment: RunnerChild.environment,
            timeLimit: .seconds(10), outputLimit: 1 << 10)
        let outcome = child.run()
        guard outcome.end == .exited(0) else { return RunnerMeasures() }
        return RunnerMeasures(holding: UInt32(String(decoding: outcome.output, as: UTF8.self).filter { $0 != "\n" }))
    }

    /// - Parameter hasSockets: It may connect by itself, in the host's network.
    static func isolation(holding: UInt32?, hasSockets: Bool = false) -> ConnectorIsolation {
        var isolation = ConnectorIsolation(mode: .runner)
        guard let holding else { return isolation }
        let wanted = RunnerMeasure.allCases.filter { !hasSockets || $0 != .networkNamespace }
        isolation.enforced = wanted.filter { holding & $0.bit != 0 }.map(\.name) + ["memory-watch", "processor-watch"]
        isolation.missing = wanted.filter { holding & $0.bit == 0 }.map(\.name)
        return isolation
    }

    /// Tells operators what is missing: never skipped in silence.
    func log(to logger: Logger) {
        guard holding != nil else {
            logger.warning("No runner could be asked what keeps connectors to themselves on this machine")
            return
        }
        let isolation = Self.isolation(holding: holding)
        if isolation.missing.isEmpty {
            logger.info(
                "Connectors in runners are kept to themselves",
                metadata: ["enforced": "\(isolation.enforced.joined(separator: " "))"])
        } else {
            logger.warning(
                "This machine does not enforce all that should keep connectors to themselves",
                metadata: [
                    "missing": "\(isolation.missing.joined(separator: " "))",
                    "enforced": "\(isolation.enforced.joined(separator: " "))",
                ])
        }
    }
}
