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
        // The short texts share one piece of the stack; input and settings, which may be large, are lent where they are.
        let count = operation.utf8.count + slot.utf8.count + idempotencyKey.utf8.count + traceParent.utf8.count
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { texts in
            var end = 0
            func slice(_ text: String) -> pb_bytes {
                let start = end
                end = texts[start...].initialize(fromContentsOf: text.utf8)
                return pb_bytes(data: texts.baseAddress.map { UnsafePointer($0 + start) }, size: UInt64(end - start))
            }
            var raw = pb_invocation()
            raw.size = UInt32(MemoryLayout<pb_invocation>.size)
            raw.attempt = UInt32(clamping: attempt)
            raw.call = id
            raw.deadline_ms = deadline.milliseconds
            raw.operation = slice(operation)
            raw.credential = slice(slot)
            raw.idempotency_key = slice(idempotencyKey)
            raw.trace_parent = slice(traceParent)
            return input.withUnsafeBufferPointer { input in
                settings.withUnsafeBufferPointer { settings in
                    raw.input = pb_bytes(data: input.baseAddress, size: UInt64(input.count))
                    raw.settings = pb_bytes(data: settings.baseAddress, size: UInt64(settings.count))
                    return body(&raw)
                }
            }
        }
    }
}
