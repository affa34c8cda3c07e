import CPatchbay
import Glibc
import PatchbayJSON

/// One check of one connector.
struct Check {
    let name: CheckName
    let seed: UInt64
    let plan: CheckPlan
    let file: String
    let streams: StandardStreams
    var findings = CheckFindings()

    init(name: CheckName, seed: UInt64, plan: CheckPlan, file: String, streams: StandardStreams) {
        self.name = name
        self.seed = seed
        self.plan = plan
        self.file = file
        self.streams = streams
    }

    mutating func run() -> CheckFindings {
        do throws(CheckStop) {
            try look()
        } catch {
            findings.failed(error.text)
        }
        return findings
    }

    private mutating func look() throws(CheckStop) {
        switch name {
        case .load: try load()
        case .olderHost: try olderHost()
        case .newerHost: try newerHost()
        case .smallRoom: try smallRoom()
        case .structSizes: try structSizes()
        case .extensions: try extensions()
        case .startAndStop: try startAndStop()
        case .restarts: try restarts()
        case .twoImages: try twoImages()
        case .unknownOperation: try unknownOperation()
        case .unknownCalls: try unknownCalls()
        case .oddInputs: try oddInputs()
        case .wrongTypes: try wrongTypes()
        case .completion: try completion()
        case .output: try output()
        case .cancel: try cancel()
        case .cancelRace: try cancelRace()
        case .deadline: try deadline()
        case .drain: try drain()
        case .stopWithCalls: try stopWithCalls()
        case .concurrency: try concurrency()
        case .borrowedMemory: try borrowedMemory()
        case .httpFaults: try httpFaults()
        case .hosts: try hosts()
        case .memory: try memory()
        case .leaks: try leaks()
        case .standardOutput: try standardOutput()
        case .processState: try processState()
        case .sockets, .processes: try everything()
        case .secrets: try secrets()
        case .sameAnswers: try sameAnswers()
        case .fuzz: try fuzz()
        }
    }

    // MARK: Shared steps

    func call(_ operation: CheckPlan.Operation, _ input: [UInt8]? = nil) -> CheckSession.Call {
        CheckSession.Call(
            operation: operation.id, input: input ?? operation.inputs.first ?? Array("{}".utf8),
            settings: operation.settings, credential: operation.credential)
    }

    /// What each operation's requests are answered with: an error, and, where nothing can be changed, what looks right.
    func answers(for operation: CheckPlan.Operation) -> [CheckAnswer] {
        operation.replies.map { CheckAnswer.status(200, $0) } + [.unreachable]
    }

    /// Each operation with each of its inputs, once for each answer, one after the other.
    mutating func callAll(
        _ session: CheckSession, inputs: KeyPath<CheckPlan.Operation, [[UInt8]]> = \.inputs,
        each: (inout CheckFindings, CheckPlan.Operation, Int, CheckHost.Ending) -> Void = { _, _, _, _ in }
    ) {
        for operation in plan.operations {
            for answer in answers(for: operation) {
                session.host.answer = answer
                for (index, input) in operation[keyPath: inputs].enumerated() {
                    let (started, ending) = session.run(call(operation, input))
                    if let ending { each(&findings, operation, index, ending) }
                    // One that never ends says it all; each further one costs seconds.
                    if started.status == PB_OK, ending == nil { return }
                    session.host.forget(started.call)
                }
            }
        }
    }

    mutating func report(_ host: CheckHost, settling: Int64 = 150) {
        for violation in host.violations(settling: settling) { findings.failed(violation) }
    }

    /// Starts it, calls everything, drains and stops it; only what the process sees of it matters.
    mutating func everything() throws(CheckStop) {
        let session = try CheckSession(file, host: CheckHost())
        callAll(session)
        try session.finish()
        CheckClock.wait(milliseconds: 100)
    }
}
