/// A message that a session sent with NOTIFY.
package struct PostgresNotification: Sendable, Hashable {
    package var channel: String
    /// At most 7,999 bytes (PostgreSQL manual, "NOTIFY").
    package var payload: String

    package init(channel: String, payload: String) {
        self.channel = channel
        self.payload = payload
    }
}
