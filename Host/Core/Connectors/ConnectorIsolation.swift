/// Where a connector's code runs, and what keeps it there.
package struct ConnectorIsolation: Sendable, Equatable {
    package enum Mode: String, Sendable {
        case inProcess = "in_process"
        case runner
    }

    package var mode: Mode
    /// Measures of the kernel that hold in its runners, by name; empty until one has run.
    package var enforced: [String]
    /// Those that this machine cannot enforce.
    package var missing: [String]
    /// Processes that run now.
    package var runners: Int
    /// Why it takes no calls, when it is set aside because its runners kept ending.
    package var quarantine: String?

    package init(
        mode: Mode, enforced: [String] = [], missing: [String] = [], runners: Int = 0, quarantine: String? = nil
    ) {
        self.mode = mode
        self.enforced = enforced
        self.missing = missing
        self.runners = runners
        self.quarantine = quarantine
    }
}
