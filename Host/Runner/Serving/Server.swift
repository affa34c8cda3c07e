import CPatchbay
import Glibc
import PatchbayFrames

/// Runs one library for the host at the other end of descriptor 3: takes what comes, in its order, on one thread, and calls
/// the library directly from it.
enum Server {
    static func run() -> Never {
        let parent = getppid()
        let remote = RemoteHost.shared
        var terms: RunnerTerms?
        do throws(FrameProblem) {
            terms = try remote.inbox.next { head, reader throws(FrameProblem) in
                guard head.kind == .hello, head.word == FrameProtocol.version else { throw .unexpected(head.kind) }
                return try RunnerTerms(&reader)
            }
        } catch {
            refuse(Library.Refusal(stage: .terms, why: "The host's terms cannot be read: \(error)."))
        }
        guard let terms else { _exit(0) }
        var confinement = Confinement(terms)
        confinement.beforeLoading(parent: parent)
        let library: Library
        do throws(Library.Refusal) {
            library = try Library(opening: terms.library)
        } catch {
            refuse(error)
        }
        confinement.afterLoading()
        let module = library.module
        remote.readsHere()
        // Not before: the manifest says who it is, and what `start` logs is logged of it.
        var frame = Frame(.ready, word: FrameProtocol.version)
        frame.add(Int64(confinement.holding))
        frame.add(Int64(module.least_minor))
        let manifest = module.manifest(module.context)
        for text in [module.id, module.version, manifest] {
            frame.add(text.buffer ?? UnsafeBufferPointer(start: nil, count: 0))
        }
        let status = module.start(module.context, remote.table)
        guard status == PB_OK else { refuse(Library.Refusal(stage: .start, why: "", status: status)) }
        remote.send(frame)
        serve(module, remote)
    }

    private static func serve(_ module: pb_module, _ remote: RemoteHost) -> Never {
        do throws(FrameProblem) {
            while true {
                if let (head, bytes) = remote.postponed() {
                    try bytes.withUnsafeBufferPointer { bytes throws(FrameProblem) in
                        var reader = FrameReader(head.kind, UnsafeRawBufferPointer(bytes))
                        try handle(head, &reader, module, remote)
                    }
                } else {
                    let isOpen: Void? = try remote.inbox.next { head, reader throws(FrameProblem) in
                        try handle(head, &reader, module, remote)
                    }
                    if isOpen == nil { _exit(0) }
                }
            }
        } catch {
            Runner.complain("patchbay-runner: the host sent \(error)")
            _exit(76)  // EX_PROTOCOL
        }
    }

    private static func handle(
        _ head: FrameHead, _ reader: inout FrameReader, _ module: pb_module, _ remote: RemoteHost
    ) throws(FrameProblem) {
        switch head.kind {
        case .invoke: try invoke(head.id, &reader, module, remote)
        case .cancel:
            if remote.calls.cancel(head.id) { module.cancel(module.context, head.id, head.status) }
        case .forget: remote.calls.forget(head.id)
        case .taken: try remote.taken(head, &reader)
        case .answer: try remote.answer(head.id, &reader)
        case .answerFailed: try remote.answerFailed(head.id, &reader)
        case .ping: remote.send(Frame(.pong, id: head.id))
        case .drain:
            guard let drain = module.drain else { return remote.send(Frame(.drained)) }
            drain(module.context, { _ in RemoteHost.shared.send(Frame(.drained)) }, nil)
        case .stop:
            module.stop?(module.context)
            // Not `exit`: handlers that the library left behind are not worth running.
            _exit(0)
        default: throw .unexpected(head.kind)
        }
    }

    private static func invoke(
        _ id: UInt64, _ reader: inout FrameReader, _ module: pb_module, _ remote: RemoteHost
    ) throws(FrameProblem) {
        var raw = pb_invocation()
        raw.size = UInt32(MemoryLayout<pb_invocation>.size)
        raw.call = id
        raw.attempt = UInt32(clamping: try reader.number())
        raw.deadline_ms = try reader.number()
        raw.operation = try reader.slice()
        raw.input = try reader.slice()
        raw.settings = try reader.slice()
        raw.credential = try reader.slice()
        raw.idempotency_key = try reader.slice()
        raw.trace_parent = try reader.slice()
        try reader.end()
        remote.calls.begin(id)
        let status = module.invoke(module.context, &raw)
        guard status != PB_OK else { return }
        remote.calls.forget(id)
        remote.send(Frame(.notTaken, id: id, word: UInt32(bitPattern: status)))
    }

    private static func refuse(_ refusal: Library.Refusal) -> Never {
        var frame = Frame(.refused, word: refusal.stage.rawValue)
        frame.add(Int64(refusal.status))
        frame.add(refusal.why)
        RemoteHost.shared.send(frame)
        _exit(0)
    }
}
