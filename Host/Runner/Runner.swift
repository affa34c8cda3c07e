import Glibc

/// `patchbay-runner serve` runs one connector for the host that started it, which has the other end of descriptor 3, and keeps
/// it away from everything else.
///
/// `patchbay-runner probe FILE…` tries connectors out so that the host need not: it opens each library, asks for its
/// manifest, starts and stops it, and writes one line of JSON about it to standard output. A crash or a hang is for the
/// parent to notice.
@main
struct Runner {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments == ["serve"] { Server.run() }
        guard arguments.first == "probe", arguments.count > 1 else {
            complain("usage: patchbay-runner probe FILE…, or serve with a socket as descriptor 3")
            exit(64)  // EX_USAGE
        }
        Confinement.enterProbe()
        guard let report = Report() else {
            complain("patchbay-runner: standard output cannot be kept for the report")
            exit(74)  // EX_IOERR
        }
        for (index, file) in arguments.dropFirst().enumerated() {
            report.write(Probe(file).run(), index: index, file: file)
        }
        // Not `exit`: handlers that connectors left behind are not worth running.
        _exit(0)
    }

    static func complain(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
