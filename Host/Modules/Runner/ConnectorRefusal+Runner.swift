import PatchbayCore
import PatchbayFrames

extension ConnectorRefusal {
    /// What a runner says of a library that does not run in it, in the words that are used of one in this process.
    static func ofRunner(_ stage: RunnerStage, _ why: String, _ status: Int64) -> ConnectorRefusal {
        switch stage {
        case .open: .cannotOpen(why)
        case .symbol: .missingSymbol(have: "no such symbol")
        case .entry: .entryRefused(why, Int32(truncatingIfNeeded: status))
        case .module: .incomplete(why)
        case .start: .startFailed(Int32(truncatingIfNeeded: status))
        case .terms, .confinement:
            ConnectorRefusal(
                .startFailed, have: why, need: "a patchbay-runner of the same build as this host",
                hint: "Reinstall Patchbay.")
        }
    }
}
