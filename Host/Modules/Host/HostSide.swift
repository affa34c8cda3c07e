import CPatchbay
import Logging
import PatchbayCore
import PatchbayFrames
import PatchbayJSON
import PatchbayOutbound

/// The host as one module sees it. Immortal, as the ABI promises: a module may call it until the process ends.
final class HostSide: Sendable {
    /// `slack 1.0.0`, for logs.
    let label: String
    let calls: CallTable
    let requests: HTTPRequests
    let ended = RecentRedactions()
    let logger: Logger
    /// What the module is given. Unsafe in name only: nobody writes to it once it is there.
    nonisolated(unsafe) let table: UnsafePointer<pb_host>

    init(label: String, calls: CallTable, logger: Logger) {
        self.label = label
        self.calls = calls
        self.logger = logger
        requests = HTTPRequests()
        let table = UnsafeMutablePointer<pb_host>.allocate(capacity: 1)
        self.table = UnsafePointer(table)
        table.initialize(to: HostTable.functions)
        // Never balanced: the module keeps the table.
        table.pointee.context = Unmanaged.passRetained(self).toOpaque()
    }

    /// Who a table belongs to; nil when the module passes something else.
    static func of(_ table: UnsafePointer<pb_host>?) -> HostSide? {
        guard let context = table?.pointee.context else { return nil }
        return Unmanaged<HostSide>.fromOpaque(context).takeUnretainedValue()
    }

    func complete(_ id: pb_call, _ result: UnsafePointer<pb_result>?, _ error: UnsafePointer<pb_error>?) -> Int32 {
        if let result, error == nil, let result = SizedStruct.read(result, zero: pb_result()) {
            guard let output = result.output.buffer else { return Int32(PB_INVALID) }
            guard let call = calls.end(id, of: self) else { return late(id) }
            call.settle(output.count > Self.largestOutput ? tooLarge(output.count) : .output(Array(output)))
        } else if let error, result == nil, let error = SizedStruct.read(error, zero: pb_error()) {
            guard let call = calls.end(id, of: self) else { return late(id) }
            call.settle(.failure(OperationFailure(error, redaction: call.allowance.redaction)))
        } else {
            return Int32(PB_INVALID)
        }
        return Int32(PB_OK)
    }

    /// Bytes of an action's output.
    static let largestOutput = FrameProtocol.largestOutput

    func tooLarge(_ size: Int) -> CallOutcome {
        .failure(
            OperationFailure(
                code: .internalError,
                message: "\(label) gave an output of \(size) bytes; \(Self.largestOutput) are possible.",
                isRetryable: false, effect: .applied))
    }

    @discardableResult
    func late(_ id: pb_call) -> Int32 {
        if calls.noteLate(id) != nil {
            logger.warning("A call was completed after it had been given up", metadata: ["connector": "\(label)"])
        }
        return Int32(PB_STALE)
    }

    func progress(_ id: pb_call, _ json: pb_bytes) -> Int32 {
        guard let call = calls.call(id, of: self) else { return Int32(PB_STALE) }
        guard let bytes = json.buffer, bytes.count <= CallLog.longestLine,
            let progress = try? JSON(parsing: Array(bytes)), progress.object != nil
        else { return Int32(PB_INVALID) }
        let shown = call.allowance.redaction?.masked(progress) ?? progress
        logger.debug("Progress", metadata: ["connector": "\(label)", "call": "\(id)", "progress": "\(shown.text)"])
        return Int32(PB_OK)
    }

    func isCancelled(_ id: pb_call) -> Int32 {
        guard calls.call(id, of: self) != nil, let isCancelled = calls.isCancelled(id) else { return Int32(PB_STALE) }
        return isCancelled ? 1 : 0
    }

    func log(_ id: pb_call, _ level: Int32, _ message: pb_bytes, _ fields: pb_bytes) -> Int32 {
        guard message.buffer != nil, let bytes = fields.buffer else { return Int32(PB_INVALID) }
        var object = JSON.null
        if !bytes.isEmpty {
            guard let parsed = try? JSON(parsing: Array(bytes)), parsed.object != nil else { return Int32(PB_INVALID) }
            let isShort = bytes.count <= CallLog.longestLine
            object = isShort ? parsed : ["note": "The fields were too long and are left out."]
        }
        let text = message.text(atMost: CallLog.longestLine)
        if id == 0 {
            logToHost(LogLine.Level(abi: level), text, object)
        } else {
            guard let call = calls.call(id, of: self) else { return Int32(PB_STALE) }
            call.log(LogLine.Level(abi: level), text, object)
        }
        return Int32(PB_OK)
    }

    /// A line of no call.
    private func logToHost(_ level: LogLine.Level, _ text: String, _ fields: JSON) {
        let redaction = redaction
        logger.log(
            level: level.logger, "\(redaction.masked(text))",
            metadata: ["connector": "\(label)", "fields": "\(redaction.masked(fields).text)"])
    }

    /// For what the connector says outside of a call. It may have read a secret, or a server may have sent one back to it, so
    /// that is held against those of all its calls, the last ones included.
    var redaction: Redaction { .joined(calls.redactions(of: self) + ended.all) }
}

extension LogLine.Level {
    /// An unknown level reads as info.
    init(abi level: Int32) {
        self =
            switch level {
            case Int32(PB_LOG_DEBUG): .debug
            case Int32(PB_LOG_WARNING): .warning
            case Int32(PB_LOG_ERROR): .error
            default: .info
            }
    }

    fileprivate var logger: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
