import CLinux
import Glibc

/// What all code of a process shares, and a connector has to leave as it is.
struct ProcessReadings {
    private var parts: [(name: String, value: String)]

    /// As it is now.
    init() {
        parts = [
            ("the locale", setlocale(LC_ALL, nil).map { String(cString: $0) } ?? ""),
            ("the working directory", Self.folder),
            ("the umask", Self.mask),
            ("the signals that are blocked", Self.blocked),
            ("the rounding of numbers", String(fegetround())),
        ]
        var environment: [String] = []
        if var variable = clinux_environment() {
            while let text = variable.pointee {
                environment.append(String(cString: text))
                variable += 1
            }
        }
        parts.append(("the environment", environment.sorted().joined(separator: "\n")))
        for signal in Int32(1)...64 { parts.append(("the handler of signal \(signal)", Self.handler(signal))) }
        for descriptor in Int32(0)...2 { parts.append(("descriptor \(descriptor)", Self.file(descriptor))) }
    }

    /// What is different now.
    func changes(to other: ProcessReadings) -> [String] {
        zip(parts, other.parts).filter { $0.value != $1.value }.map(\.0.name)
    }

    private static var folder: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard getcwd(&buffer, buffer.count) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static var mask: String {
        let mask = umask(0o022)
        umask(mask)
        return String(mask, radix: 8)
    }

    private static var blocked: String {
        var set = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &set)
        return (1...64).filter { sigismember(&set, $0) == 1 }.description
    }

    private static func handler(_ signal: Int32) -> String {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return "" }
        // Its first member is the handler's address, or one of the two words for none.
        let address = withUnsafeBytes(of: action) { $0.load(as: UInt.self) }
        return "\(address) \(action.sa_flags)"
    }

    private static func file(_ descriptor: Int32) -> String {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? "\(status.st_dev) \(status.st_ino)" : "closed"
    }
}
