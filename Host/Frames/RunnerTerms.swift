/// What a host tells a runner first: which library, and under which terms.
package struct RunnerTerms: Sendable, Equatable {
    /// The host's own copy of the library.
    package var library: String
    /// Bytes of memory that it may fill; the host watches it besides.
    package var memory: Int64
    /// TCP ports that it may connect to by itself.
    package var ports: [UInt16]
    /// Measures that are not to be taken, as bits of `RunnerMeasure`: to see what a host says that lacks them.
    package var without: UInt32

    package init(library: String, memory: Int64, ports: [UInt16] = [], without: UInt32 = 0) {
        self.library = library
        self.memory = memory
        self.ports = ports
        self.without = without
    }

    package var frame: Frame {
        var frame = Frame(.hello, word: FrameProtocol.version)
        frame.add(library)
        frame.add(memory)
        frame.add(Int64(without))
        frame.add(Int64(ports.count))
        for port in ports { frame.add(Int64(port)) }
        return frame
    }

    package init(_ reader: inout FrameReader) throws(FrameProblem) {
        library = try reader.text(atMost: 4 << 10)
        memory = try reader.number()
        without = UInt32(truncatingIfNeeded: try reader.number())
        let count = try reader.number()
        guard (0...256).contains(count) else { throw .malformed(.hello) }
        ports = []
        for _ in 0..<count { ports.append(UInt16(truncatingIfNeeded: try reader.number())) }
        try reader.end()
    }
}

/// What keeps a runner to itself. The raw value is the bit's place.
package enum RunnerMeasure: Int, Sendable, CaseIterable {
    case noNewPrivileges, session, parentDeath, hiddenMemory, noCapabilities, limits
    case userNamespace, networkNamespace, mountNamespace, ipcNamespace, hostnameNamespace
    case landlockFiles, landlockPorts, landlockSignals, systemCalls

    /// As operators read it.
    package var name: String {
        switch self {
        case .noNewPrivileges: "no-new-privileges"
        case .session: "own-session"
        case .parentDeath: "ends-with-host"
        case .hiddenMemory: "not-dumpable"
        case .noCapabilities: "no-capabilities"
        case .limits: "resource-limits"
        case .userNamespace: "user-namespace"
        case .networkNamespace: "network-namespace"
        case .mountNamespace: "mount-namespace"
        case .ipcNamespace: "ipc-namespace"
        case .hostnameNamespace: "hostname-namespace"
        case .landlockFiles: "landlock-files"
        case .landlockPorts: "landlock-ports"
        case .landlockSignals: "landlock-signals"
        case .systemCalls: "system-call-filter"
        }
    }

    package var bit: UInt32 { 1 << UInt32(rawValue) }
}

/// How far a runner came with a library that it refuses.
package enum RunnerStage: UInt32, Sendable {
    case terms, confinement, open, symbol, entry, module, start
}
