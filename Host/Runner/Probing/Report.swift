import CPatchbay
import Glibc
import PatchbayJSON

/// Where the findings go: standard output as it was at the start. What connectors print goes to standard error instead, so
/// that it cannot be taken for a finding.
struct Report {
    /// Raised when a probe looks at more than before: hosts then probe again what they had found to be in order.
    static let revision: Int64 = 1

    private let descriptor: Int32

    init?() {
        descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        guard descriptor >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else { return nil }
    }

    func write(_ finding: Finding, index: Int, file: String) {
        var line: JSONObject = [
            "probe": .int(Self.revision), "abi": .string("\(PB_ABI_MAJOR).\(PB_ABI_MINOR)"),
            "index": .int(Int64(index)),
            "file": .string(file),
        ]
        switch finding {
        case .inOrder(let declaration):
            line["outcome"] = "ok"
            line["id"] = .string(declaration.id)
            line["version"] = .string(declaration.version)
            line["least_minor"] = .int(Int64(declaration.leastMinor))
            line["manifest"] = .string(declaration.manifest)
        case .refused(let stage, let why):
            line["outcome"] = "refused"
            line["stage"] = .string(stage.rawValue)
            line["why"] = .string(why)
        }
        write(JSON.object(line).bytes() + [0x0A])
    }

    private func write(_ bytes: [UInt8]) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                // The parent has gone; nobody is left to report to.
                _exit(74)
            }
        }
    }
}
