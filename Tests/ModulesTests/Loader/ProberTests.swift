import PatchbayCore
import PatchbayJSON
import Testing

@testable import PatchbayModules

@Suite(.timeLimit(.minutes(5))) struct ProberTests {
    private func shell(_ script: String, limit: Duration = .seconds(20), output: Int = 1 << 20) -> ChildProcess.Outcome
    {
        ChildProcess(
            path: "/bin/sh", arguments: ["-c", script], environment: ["A": "b"], timeLimit: limit, outputLimit: output
        ).run()
    }

    @Test func `a library says who it is`() async throws {
        let folder = try TemporaryFolder()
        let prober = Prober(runner: try BuildFolder.runner)
        let report = try await prober.probe(CConnector().build(in: folder))
        #expect(report.id == "fixture" && report.version == "1.0.0" && report.leastMinor == 0)
        #expect(report.manifest == FixtureManifest.declared())
    }

    @Test func `a child's output, complaint and end are told`() {
        let outcome = shell("echo out; echo err >&2; exit 7")
        #expect(outcome.end == .exited(7))
        #expect(outcome.output == Array("out\n".utf8))
        #expect(outcome.complaint == "err\n")
    }

    @Test func `a child has a clean environment, no input and no descriptors of the host`() {
        let outcome = shell("env | grep -v -e '^PWD=' -e '^_=' -e '^SHLVL='; cat; ls /proc/self/fd | wc -l")
        // 0, 1, 2, and the one that ls reads the folder with.
        #expect(String(decoding: outcome.output, as: UTF8.self) == "A=b\n4\n")
    }

    @Test func `a signal is told`() {
        #expect(shell("kill -9 $$").end == .signalled(9))
        #expect(SignalName.of(11).hasPrefix("SIGSEGV"))
        #expect(SignalName.of(64) == "signal 64")
    }

    @Test func `time and output have limits`() {
        #expect(shell("sleep 1000", limit: .milliseconds(50)).end == .timedOut)
        let outcome = shell("yes", output: 1_000)
        #expect(outcome.end == .outputTooLarge)
        #expect(outcome.output.count >= 1_000)
        #expect(shell("yes >&2", limit: .milliseconds(100)).complaint.utf8.count <= 4 << 10)
    }

    @Test func `what a child leaves behind does not hold the parent`() {
        #expect(shell("sleep 1000 & exit 0").end == .exited(0))
    }

    @Test func `a program that is not there`() {
        let outcome = ChildProcess(
            path: "/nowhere", arguments: [], environment: [:], timeLimit: .seconds(1), outputLimit: 1
        ).run()
        #expect(outcome.end == .failedToStart("No such file or directory"))
    }

    @Test func `a runner of another build is not believed`() async throws {
        let folder = try TemporaryFolder()
        let fake = folder.file("runner")
        let line =
            #"{"probe":0,"abi":"1.0","index":0,"outcome":"ok","id":"x","version":"1","least_minor":0,"manifest":"{}"}"#
        try FileSystem.write(Array("#!/bin/sh\necho '\(line)'\n".utf8), to: fake, mode: 0o755)
        await #expect(throws: ConnectorRefusal.self) { try await Prober(runner: fake).probe("x") }
    }

    @Test(arguments: [
        "", "nonsense", "[]", #"{"probe":1,"abi":"1.0"}"#, #"{"probe":1,"abi":"1.0","index":0,"outcome":"ok"}"#,
        #"{"probe":1,"abi":"1.0","index":0,"outcome":"refused"}"#,
    ]) func `what is no finding is left out`(line: String) {
        #expect(ProbeLine(Array(line.utf8)[...]) == nil)
    }

    @Test func `a manifest that is too large ends the trial`() async throws {
        let folder = try TemporaryFolder()
        let fake = folder.file("runner")
        try FileSystem.write(Array("#!/bin/sh\nyes\n".utf8), to: fake, mode: 0o755)
        do throws(ConnectorRefusal) {
            _ = try await Prober(runner: fake).probe("x")
        } catch {
            #expect(error.code == "probe-refused")
        }
    }
}
