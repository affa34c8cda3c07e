import PatchbayCore
import PatchbayFrames

extension Invocation {
    /// As a runner is told of it.
    func frame(as id: UInt64) -> Frame {
        var frame = Frame(.invoke, id: id, room: 256 + input.count + settings.count)
        frame.add(Int64(attempt))
        frame.add(deadline.milliseconds)
        frame.add(operation)
        frame.add(input)
        frame.add(settings)
        frame.add(slot)
        frame.add(idempotencyKey)
        frame.add(traceParent)
        return frame
    }
}
