import CPatchbay
import PatchbayCore

/// What a connector is told of a call.
struct Invocation: Sendable {
    var operation: String
    /// JSON.
    var input: [UInt8]
    /// JSON.
    var settings: [UInt8]
    var slot = ""
    var idempotencyKey = ""
    var traceParent = ""
    var attempt = 1
    var deadline: Timestamp
}

extension Invocation {
    /// Lends it as the ABI's struct, for the time of `body`.
    func lend<Result>(as id: pb_call, _ body: (UnsafePointer<pb_invocation>) -> Result) -> Result {
        // The short texts share one buffer; input and settings, which may be large, are lent where they are.
        var texts: [UInt8] = []
        var ends: [Int] = []
        for text in [operation, slot, idempotencyKey, traceParent] {
            texts.append(contentsOf: text.utf8)
            ends.append(texts.count)
        }
        return input.withUnsafeBufferPointer { input in
            settings.withUnsafeBufferPointer { settings in
                texts.withUnsafeBufferPointer { texts in
                    func slice(_ start: Int, _ end: Int) -> pb_bytes {
                        pb_bytes(data: texts.baseAddress.map { $0 + start }, size: UInt64(end - start))
                    }
                    var raw = pb_invocation()
                    raw.size = UInt32(MemoryLayout<pb_invocation>.size)
                    raw.attempt = UInt32(clamping: attempt)
                    raw.call = id
                    raw.deadline_ms = deadline.milliseconds
                    raw.operation = slice(0, ends[0])
                    raw.input = pb_bytes(data: input.baseAddress, size: UInt64(input.count))
                    raw.settings = pb_bytes(data: settings.baseAddress, size: UInt64(settings.count))
                    raw.credential = slice(ends[0], ends[1])
                    raw.idempotency_key = slice(ends[1], ends[2])
                    raw.trace_parent = slice(ends[2], ends[3])
                    return body(&raw)
                }
            }
        }
    }
}
