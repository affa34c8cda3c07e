/// What runs are to hear of, kept until they have.
package protocol RunMessages: Sendable {
    /// Stores a message and sees to it that the run is looked at soon; one that is there already is left as it is. False
    /// when there is no such run or it has ended.
    func send(_ message: RunMessage, to run: RunID, in tenant: TenantID, at: Timestamp) async throws -> Bool
    /// In the order they came.
    func messages(for run: RunID, in tenant: TenantID) async throws -> [RunMessage]
    /// Runs of this worker for which there are messages.
    func addressees(worker: String) async throws -> [RunID]
    /// Removes messages that have become entries.
    func forget(_ messages: [RunMessage], of run: RunID, in tenant: TenantID) async throws
}
