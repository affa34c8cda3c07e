import CLinux
import Glibc
import PatchbayJSON

/// `patchbay-runner check NAME --seed N --plan PLAN [--confined] FILE` makes one check of one connector, against a host that answers its
/// requests itself, and writes one line of JSON. A crash or a hang is for the parent to notice. With `--confined` it can read
/// libraries and nothing else, as where libraries are tried out: for those of strangers.
struct CheckCommand {
    let name: CheckName
    let seed: UInt64
    let plan: String
    let file: String
    let isConfined: Bool

    static let usage = "patchbay-runner check NAME --seed N --plan PLAN [--confined] FILE"

    /// Nil when the arguments are others.
    init?(_ arguments: [String]) {
        isConfined = arguments.count == 8 && arguments[6] == "--confined"
        guard arguments.count == (isConfined ? 8 : 7), arguments[0] == "check",
            let name = CheckName(rawValue: arguments[1]),
            arguments[2] == "--seed", let seed = UInt64(arguments[3]), arguments[4] == "--plan"
        else { return nil }
        self.name = name
        self.seed = seed
        plan = arguments[5]
        file = arguments[arguments.count - 1]
    }

    /// Raised when findings change their form; the parent then says that the runner does not belong to it.
    static let revision: Int64 = 1

    func run() -> Never {
        Self.prepare()
        guard let plan = Self.read(plan).flatMap(CheckPlan.init) else {
            Runner.complain("patchbay-runner: \(self.plan) is no plan of calls")
            _exit(66)  // EX_NOINPUT
        }
        guard let streams = StandardStreams() else {
            Runner.complain("patchbay-runner: standard output cannot be kept for the findings")
            _exit(74)  // EX_IOERR
        }
        confine(memory: plan.memory)
        if plan.memory > 0 {
            MemoryWatch.start(limit: plan.memory) { streams.report(line(.filled(plan.memory))) }
        }
        var check = Check(name: name, seed: seed, plan: plan, file: file, streams: streams)
        streams.report(line(check.run()))
        // Not `exit`: handlers that connectors left behind are not worth running.
        _exit(0)
    }

    private func line(_ findings: CheckFindings) -> [UInt8] {
        var line = findings.json
        line["check"] = .int(Self.revision)
        line["name"] = .string(name.rawValue)
        return JSON.object(line).bytes() + [0x0A]
    }

    /// A crash ends it at once, without a core and without a backtracer that outlives it; so does the end of the parent.
    private static func prepare() {
        _ = clinux_die_with_parent(getppid())
        _ = clinux_limit(Int32(RLIMIT_CORE.rawValue), 0)
        for signal in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { _ = Glibc.signal(signal, SIG_DFL) }
    }

    /// No network and no processes of its own, whatever it tries, and no more memory than a machine can spare.
    private func confine(memory: Int) {
        _ = clinux_limit(Int32(RLIMIT_DATA.rawValue), UInt64(max(0, memory)) + Self.reserve)
        let deadly: UInt32 =
            switch name {
            case .sockets: UInt32(CLINUX_OWN_SOCKETS)
            case .processes: UInt32(CLINUX_OWN_PROCESSES)
            default: 0
            }
        if !clinux_forbid(UInt32(CLINUX_OWN_SOCKETS) | UInt32(CLINUX_OWN_PROCESSES), deadly), deadly != 0 {
            Runner.complain("patchbay-runner: this kernel has no seccomp filters")
            _exit(69)  // EX_UNAVAILABLE
        }
        // Last, since it lets no further filter be set.
        if isConfined { enterSandbox() }
    }

    /// Nothing of a stranger's is run where files and other processes would be open to it. Its own numbers stay readable.
    private func enterSandbox() {
        var confinement = Confinement(trying: [file, "/proc/self"])
        confinement.beforeLoading(parent: getppid())
        guard confinement.mayRunStrangers else {
            Runner.complain("patchbay-runner: this kernel cannot confine it (landlock, seccomp)")
            _exit(69)  // EX_UNAVAILABLE
        }
    }

    /// Bytes of address space above what it may fill: some engines reserve far more than they use. Stops the one
    /// allocation that would fill the machine before `MemoryWatch` looks.
    private static let reserve: UInt64 = 8 << 30

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }
}
