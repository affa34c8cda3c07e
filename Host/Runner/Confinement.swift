import CLinux
import CRunner
import Glibc
import PatchbayFrames

/// What the runner gives up: most before it touches a library, whose constructors run when it is opened, and the rest before
/// the library is started.
struct Confinement {
    private let terms: RunnerTerms
    private let libraries: [String]
    /// Measures that hold, as bits of `RunnerMeasure`.
    private(set) var holding: UInt32 = 0
    /// Whether files and system calls are out of reach since `beforeLoading`.
    private(set) var mayRunStrangers = false

    init(_ terms: RunnerTerms) {
        self.terms = terms
        libraries = [terms.library]
    }

    /// For trying libraries out.
    init(trying libraries: [String]) {
        terms = RunnerTerms(library: "", memory: 1 << 30)
        self.libraries = libraries
    }

    private func isWanted(_ measure: RunnerMeasure) -> Bool { terms.without & measure.bit == 0 }

    private mutating func note(_ measure: RunnerMeasure, _ holds: Bool) {
        if holds { holding |= measure.bit }
    }

    private mutating func take(_ measure: RunnerMeasure, _ act: () -> Bool) {
        if isWanted(measure) { note(measure, act()) }
    }

    /// Afterwards libraries can be read, and nothing else; there is no network, no other process and no way to start one.
    mutating func beforeLoading(parent: pid_t) {
        Self.resetSignals()
        crunner_answer_opens()
        if !terms.ports.isEmpty { crunner_keep_certificates() }
        // Read now: nothing can be read later.
        tzset()
        take(.noNewPrivileges) { clinux_no_new_privileges() == 0 }
        note(.session, getsid(0) == getpid())
        leaveNamespaces()
        let memory = terms.memory
        take(.limits) { Self.limit(memory: memory) }
        take(.noCapabilities) { clinux_drop_capabilities() }
        // After what changes credentials, which would undo both.
        take(.parentDeath) { clinux_die_with_parent(parent) }
        take(.hiddenMemory) { clinux_hide_memory() }
        let hidesFiles = landlock(readable: Self.libraryFolders + libraries) & UInt32(CLINUX_LANDLOCK_FILES) != 0
        let filters = isWanted(.systemCalls) && clinux_filter(stays(UInt32(CLINUX_LOADING)))
        mayRunStrangers = hidesFiles && filters
    }

    /// Afterwards nothing can be opened at all.
    mutating func afterLoading() {
        let layers = landlock(readable: [])
        note(.landlockFiles, layers & UInt32(CLINUX_LANDLOCK_FILES) != 0)
        note(.landlockPorts, layers & UInt32(CLINUX_LANDLOCK_PORTS) != 0)
        note(.landlockSignals, layers & UInt32(CLINUX_LANDLOCK_SIGNALS) != 0)
        take(.systemCalls) { [self] in clinux_filter(stays(0)) }
    }

    private func stays(_ flags: UInt32) -> UInt32 { terms.ports.isEmpty ? flags : flags | UInt32(CLINUX_SOCKETS) }

    private mutating func leaveNamespaces() {
        let places: [(measure: RunnerMeasure, bit: UInt32)] = [
            (.userNamespace, UInt32(CLINUX_USERS)), (.networkNamespace, UInt32(CLINUX_NETWORK)),
            (.mountNamespace, UInt32(CLINUX_MOUNTS)), (.ipcNamespace, UInt32(CLINUX_IPC)),
            (.hostnameNamespace, UInt32(CLINUX_HOSTNAME)),
        ]
        // Who may connect needs the network where its servers are.
        let wanted = places.filter { isWanted($0.measure) && ($0.measure != .networkNamespace || terms.ports.isEmpty) }
        let left = clinux_unshare(wanted.reduce(0) { $0 | $1.bit })
        for place in places { note(place.measure, left & place.bit != 0) }
    }

    private func landlock(readable: [String]) -> UInt32 {
        guard isWanted(.landlockFiles) else { return 0 }
        var paths = readable.map { UnsafePointer(strdup($0)) }
        defer { for path in paths { free(UnsafeMutablePointer(mutating: path)) } }
        return clinux_landlock(&paths, UInt32(paths.count), terms.ports, UInt32(terms.ports.count))
    }

    private static func limit(memory: Int64) -> Bool {
        // Descriptors: its own and those of bodies under way. A file's size: bodies in memory are files to the kernel.
        // Data: what is reserved is not yet used, so this is far above what the host lets it fill; it stops the one
        // allocation that would fill the machine before the host looks.
        let limits: [(resource: Int32, value: UInt64)] = [
            (Int32(RLIMIT_CORE.rawValue), 0), (Int32(RLIMIT_NOFILE.rawValue), 512),
            (Int32(RLIMIT_FSIZE.rawValue), UInt64(FrameProtocol.longest)),
            (Int32(RLIMIT_DATA.rawValue), UInt64(max(0, memory)) + 8 << 30),
        ]
        return limits.allSatisfy { clinux_limit($0.resource, $0.value) }
    }

    /// Where the dynamic linker looks, and where the Swift runtime is that this program uses.
    private static var libraryFolders: [String] {
        var folders = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"]
        if let path = getenv("LD_LIBRARY_PATH") {
            folders += String(cString: path).split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        }
        if let function = dlsym(nil, "swift_retain"), let image = clinux_image_path(function) {
            let path = String(cString: image)
            if let slash = path.lastIndex(of: "/") { folders.append(String(path[..<slash])) }
        }
        return folders
    }

    /// A backtracer that the Swift runtime put in place outlives the crash and holds the parent's pipes open.
    private static func resetSignals() {
        for signal in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] {
            _ = Glibc.signal(signal, SIG_DFL)
        }
    }

    /// For trying libraries out, which is over soon. They are opened one after another, so libraries stay readable.
    static func enterProbe(_ libraries: [String]) {
        var confinement = Confinement(trying: libraries)
        confinement.beforeLoading(parent: getppid())
        // Should the parent be gone when a connector hangs, this still ends it.
        alarm(longestProbe)
    }

    /// Seconds; well above any deadline the parent sets.
    private static let longestProbe: UInt32 = 300
}
