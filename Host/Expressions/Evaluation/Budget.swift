/// What is left of an evaluation's limits.
struct Budget {
    let limits: ExpressionLimits
    private var steps: Int
    /// Bytes that the result may still grow by.
    private var room: Int
    /// How many values `uuid()` has made, so that those of one value's expressions differ.
    var uuids = 0

    init(_ limits: ExpressionLimits) {
        self.limits = limits
        steps = limits.steps
        room = limits.result
    }

    /// Takes steps for an operation at that place.
    @inline(__always) mutating func take(_ count: Int = 1, at offset: Int) throws(Fault) {
        steps -= count
        guard steps >= 0 else { throw tooManySteps(at: offset) }
    }

    /// Takes what looking at that many bytes costs.
    mutating func take(bytes: Int, at offset: Int) throws(Fault) { try take(1 + bytes / 64, at: offset) }

    /// Takes room for a part of the result, and steps for looking at it.
    mutating func spend(_ bytes: Int, at offset: Int) throws(Fault) {
        try take(bytes: bytes, at: offset)
        guard bytes <= room else { throw tooLarge(at: offset) }
        room -= bytes
    }

    /// Checks the size of a text before it is made.
    func check(bytes: Int, at offset: Int) throws(Fault) {
        guard bytes <= limits.result else { throw tooLarge(at: offset) }
    }

    private func tooManySteps(at offset: Int) -> Fault {
        Fault(
            .limit, "the expression needs more than \(limits.steps) steps",
            hint: "work on less data, or in several nodes", at: offset)
    }

    private func tooLarge(at offset: Int) -> Fault {
        Fault(
            .limit, "the result is larger than \(limits.result) bytes",
            hint: "keep large data out of expressions, or take only the part that is needed", at: offset)
    }
}
