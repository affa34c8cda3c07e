import Glibc
import PatchbayFrames

/// `patchbay-runner serve` runs one connector for the host that started it, which has the other end of descriptor 3, and keeps
/// it away from everything else.
///
/// `patchbay-runner measure BITS` tells which measures hold on this machine, without those that the bits name.
///
/// `patchbay-runner probe FILE…` tries connectors out so that the host need not: it opens each library, asks for its
/// manifest, starts and stops it, and writes one line of JSON about it to standard output. A crash or a hang is for the
/// parent to notice.
///
/// `patchbay-runner check NAME …` makes one check of one connector, see `CheckCommand`.
@main
struct Runner {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments == ["serve"] { Server.run() }
        if arguments.first == "measure", arguments.count == 2, let without = UInt32(arguments[1]) {
            measure(without: without)
        }
        if let check = CheckCommand(arguments) { check.run() }
        guard arguments.first == "probe", arguments.count > 1 else {
            complain(
                "usage: patchbay-runner probe FILE…, \(CheckCommand.usage), or serve with a socket as descriptor 3")
            exit(64)  // EX_USAGE
        }
        Confinement.enterProbe(Array(arguments.dropFirst()))
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

    /// Confines itself as `serve` would, and writes down what holds.
    private static func measure(without: UInt32) -> Never {
        var confinement = Confinement(RunnerTerms(library: "/", memory: 0, without: without))
        confinement.beforeLoading(parent: getppid())
        confinement.afterLoading()
        // The session is given by the host when it starts one that serves.
        let line = Array("\(confinement.holding | RunnerMeasure.session.bit)\n".utf8)
        _exit(write(STDOUT_FILENO, line, line.count) == line.count ? 0 : 74)  // EX_IOERR
    }

    static func complain(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
