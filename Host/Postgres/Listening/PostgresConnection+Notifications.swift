import CLibPQ

extension PostgresConnection {
    /// Subscribes to a channel, from now on. Needs a session of its own: a pooler that lends one server session to many
    /// clients loses the subscription.
    package func listen(to channel: String) async throws(PostgresError) {
        let quoted = "\"" + channel.replacing("\"", with: "\"\"") + "\""
        _ = try await query("listen \(quoted)")
    }

    /// What has come since the last time, in the order it was sent; waits for the first. Empty when nothing came within
    /// `milliseconds`. Throws `connection-lost` when the server is gone, and `cancelled` with the calling task.
    package func notifications(within milliseconds: Int64) async throws(PostgresError) -> [PostgresNotification] {
        try await interruptible { interrupt throws(PostgresError) in
            try self.awaitNotifications(until: .now + .milliseconds(milliseconds), interrupt)
        }
    }

    private func awaitNotifications(
        until deadline: ContinuousClock.Instant, _ interrupt: Interrupt
    ) throws(PostgresError) -> [PostgresNotification] {
        assertIsolated()
        guard let raw else { throw PostgresError(.closed, "the connection is closed") }
        defer { noteState() }
        while true {
            guard PQconsumeInput(raw) == 1, PQstatus(raw) == CONNECTION_OK else {
                let reason = String(cString: PQerrorMessage(raw))
                close()
                throw PostgresError(.connectionLost, "the connection ended while it was listened to", detail: reason)
            }
            let heard = takeNotifications(raw)
            guard heard.isEmpty else { return heard }
            if interrupt.hasFired { throw PostgresError(.cancelled, "the task was cancelled while it listened") }
            if Socket.wait(PQsocket(raw), wake: wake, until: deadline) == .expired { return [] }
        }
    }

    private func takeNotifications(_ raw: OpaquePointer) -> [PostgresNotification] {
        var heard: [PostgresNotification] = []
        while let notification = PQnotifies(raw) {
            heard.append(
                PostgresNotification(
                    channel: String(cString: notification.pointee.relname),
                    payload: String(cString: notification.pointee.extra)))
            PQfreemem(notification)
        }
        return heard
    }
}
