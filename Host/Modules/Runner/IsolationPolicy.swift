/// Which connectors run in the host's own process.
package struct IsolationPolicy: Sendable, Equatable {
    package enum Mode: String, Sendable, CaseIterable {
        /// Those whose library is on the trust list and whose manifest asks for it; all others in runners.
        case trusted
        /// None.
        case runner
        /// All, trusted or not: for those who look for a fault in a connector with a debugger.
        case inProcess = "in_process"
    }

    package var mode: Mode
    package var limits: RunnerLimits
    /// Connectors that may connect by themselves.
    package var sockets: SocketGrants
    /// Measures that runners do not take, as bits of `RunnerMeasure`: what a kernel without them is like.
    var without: UInt32 = 0

    package init(_ mode: Mode, limits: RunnerLimits = RunnerLimits(), sockets: SocketGrants = []) {
        self.mode = mode
        self.limits = limits
        self.sockets = sockets
    }

    package static let inProcess = IsolationPolicy(.inProcess)

    func isInProcess(_ manifest: Manifest, isTrusted: Bool) -> Bool {
        switch mode {
        case .trusted: isTrusted && manifest.isolation == .inProcess
        case .runner: false
        case .inProcess: true
        }
    }
}
