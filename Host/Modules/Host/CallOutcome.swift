import PatchbayCore

/// How a call ended.
enum CallOutcome: Sendable {
    /// The output, JSON as the connector wrote it.
    case output([UInt8])
    // Elsewhere in memory, because it is large and the rest, which travels with every call, is not.
    indirect case failure(OperationFailure)
    /// It was to end before the connector was asked.
    case notStarted(CancelReason)
    /// The connector did not end it in time after it was told to; whatever it does later is not heard.
    case givenUp(CancelReason)
}
