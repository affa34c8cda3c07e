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
        let (slotStart, keyStart) = (operation.utf8.count, operation.utf8.count + slot.utf8.count)
        let traceStart = keyStart + idempotencyKey.utf8.count
        texts.reserveCapacity(traceStart + traceParent.utf8.count)
        texts.append(contentsOf: operation.utf8)
        texts.append(contentsOf: slot.utf8)
        texts.append(contentsOf: idempotencyKey.utf8)
        texts.append(contentsOf: traceParent.utf8)
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
                    raw.operation = slice(0, slotStart)
                    raw.input = pb_bytes(data: input.baseAddress, size: UInt64(input.count))
                    raw.settings = pb_bytes(data: settings.baseAddress, size: UInt64(settings.count))
                    raw.credential = slice(slotStart, keyStart)
                    raw.idempotency_key = slice(keyStart, traceStart)
                    raw.trace_parent = slice(traceStart, texts.count)
                    return body(&raw)
                }
            }
        }
    }
}
