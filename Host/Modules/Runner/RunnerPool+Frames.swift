import CPatchbay
import PatchbayCore
import PatchbayFrames
import PatchbayJSON

/// What a runner says. It may be hostile: a library can write to the socket as well as the runner around it. What it may do
/// is judged here as if it were the library in this process: the same functions take it on.
extension RunnerPool {
    func received(
        _ head: FrameHead, _ reader: inout FrameReader, from process: RunnerProcess
    ) throws(FrameProblem) {
        switch head.kind {
        case .result:
            var result = pb_result()
            result.size = UInt32(MemoryLayout<pb_result>.size)
            result.output = try reader.slice()
            try reader.end()
            if ended(head.id, by: process) { _ = side.complete(head.id, &result, nil) }
        case .failure:
            var error = try reader.failure()
            try reader.end()
            if ended(head.id, by: process) { _ = side.complete(head.id, nil, &error) }
        case .oversized:
            let size = try reader.number()
            try reader.end()
            if ended(head.id, by: process) {
                side.calls.end(head.id, of: side)?.settle(side.tooLarge(Int(clamping: size)))
            }
        case .notTaken:
            try reader.end()
            guard ended(head.id, by: process), let call = side.calls.end(head.id, of: side) else { return }
            call.settle(.failure(call.refusal(head.status)))
        case .late:
            try reader.end()
            side.late(head.id)
        case .progress, .log: try said(head, &reader, process)
        case .request: try request(head.id, &reader, process)
        case .abort:
            try reader.end()
            side.requests.abort(head.id)
        case .pong:
            try reader.end()
            answered(process)
        case .drained:
            try reader.end()
            drained(process)
        case .retiring:
            try reader.end()
            retiring(process)
        case .ready: try ready(head, &reader, process)
        case .refused: try refused(head, &reader, process)
        default: throw .unexpected(head.kind)
        }
    }

    private func said(
        _ head: FrameHead, _ reader: inout FrameReader, _ process: RunnerProcess
    ) throws(FrameProblem) {
        let first = try reader.slice()
        if process.noteLine() { return process.kill(.flood) }
        if head.kind == .progress {
            try reader.end()
            _ = side.progress(head.id, first)
        } else {
            let fields = try reader.slice()
            try reader.end()
            _ = side.log(head.id, head.status, first, fields)
        }
    }

    private func ready(
        _ head: FrameHead, _ reader: inout FrameReader, _ process: RunnerProcess
    ) throws(FrameProblem) {
        guard head.word == FrameProtocol.version else { throw .unexpected(.ready) }
        let holding = UInt32(truncatingIfNeeded: try reader.number())
        let minor = Int(truncatingIfNeeded: try reader.number())
        let (id, version) = (try reader.text(atMost: 200), try reader.text(atMost: 200))
        let bytes = Array(try reader.slice().buffer ?? .init(start: nil, count: 0))
        try reader.end()
        let refusal: ConnectorRefusal?
        do throws(JSONError) {
            let declared = try JSON(parsing: bytes, limits: JSONLimits(bytes: Manifest.largest))
            let report = ProbeReport(id: id, version: version, leastMinor: minor, manifest: declared)
            refusal = minor > ModuleEntry.minor ? .abiMinor(least: minor) : report.mismatch(with: manifest)
        } catch {
            refusal = .unreadableManifest(error)
        }
        if let refusal { return process.kill(.refused(refusal)) }
        ready(process, holding: holding)
    }

    private func refused(
        _ head: FrameHead, _ reader: inout FrameReader, _ process: RunnerProcess
    ) throws(FrameProblem) {
        let status = try reader.number()
        let why = try reader.text(atMost: 2 << 10)
        try reader.end()
        guard let stage = RunnerStage(rawValue: head.word) else { throw .malformed(.refused) }
        process.kill(.refused(.ofRunner(stage, why, status)))
    }

    // MARK: Requests

    private func request(
        _ call: UInt64, _ reader: inout FrameReader, _ process: RunnerProcess
    ) throws(FrameProblem) {
        let sequence = UInt64(bitPattern: try reader.number())
        var raw = pb_http_request()
        raw.size = UInt32(MemoryLayout<pb_http_request>.size)
        raw.max_redirects = UInt32(clamping: try reader.number())
        raw.timeout_ms = UInt64(clamping: try reader.number())
        raw.max_body = UInt64(clamping: try reader.number())
        raw.method = try reader.slice()
        raw.url = try reader.slice()
        raw.headers = try reader.slice()
        raw.body = try reader.slice()
        raw.credential = try reader.slice()
        try reader.end()
        let asker = Asker(process, sequence)
        let user = Unmanaged.passRetained(asker)
        var number: pb_request = 0
        let status = withUnsafePointer(to: &raw) { raw in
            side.send(call, raw, { Asker.reply($0, $1, $2, $3) }, user.toOpaque(), &number)
        }
        if status != PB_OK { user.release() }
        asker.taken(status, number)
    }
}

/// A runner that waits for an answer. Its word that the request is made must come before the answer, which comes on another
/// thread.
private final class Asker: Sendable {
    private let process: RunnerProcess
    private let sequence: UInt64
    private let early = EarlyFrame()

    init(_ process: RunnerProcess, _ sequence: UInt64) {
        self.process = process
        self.sequence = sequence
    }

    func taken(_ status: Int32, _ request: pb_request) {
        var frame = Frame(.taken, id: sequence, word: UInt32(bitPattern: status))
        frame.add(Int64(bitPattern: request))
        process.send(frame)
        if let answer = early.open() { process.send(answer) }
    }

    static func reply(
        _ user: UnsafeMutableRawPointer?, _ request: pb_request, _ response: UnsafePointer<pb_http_response>?,
        _ error: UnsafePointer<pb_error>?
    ) {
        guard let user else { return }
        let asker = Unmanaged<Asker>.fromOpaque(user).takeRetainedValue()
        let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        var frame: Frame
        if let response = response?.pointee {
            frame = Frame(.answer, id: request, room: Int(clamping: response.body.size) + 1_024)
            frame.add(Int64(response.status))
            for slice in [response.headers, response.body, response.url] { frame.add(slice.buffer ?? none) }
        } else {
            frame = Frame(.answerFailed, id: request)
            frame.add(error?.pointee ?? pb_error())
        }
        if asker.early.isOpen(orKeep: frame) { asker.process.send(frame) }
    }
}
