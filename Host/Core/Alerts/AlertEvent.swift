/// What came of an alert at a moment; never changed.
package struct AlertEvent: Sendable, Equatable {
    /// The words stand in the database too; a test compares the lists.
    package enum Kind: String, Sendable, CaseIterable {
        case fired
        /// It fired in the quiet period, and still does at its end: now people are told.
        case continued
        case resolved
        /// Somebody wanted a sample sent.
        case test
    }

    /// A message to one recipient, by the key of its notice.
    package struct Message: Sendable, Equatable {
        package var key: String
        package var channel: NewNotice.Channel
        package var recipient: String

        package init(key: String, channel: NewNotice.Channel, recipient: String) {
            self.key = key
            self.channel = channel
            self.recipient = recipient
        }
    }

    package var id: AlertEventID
    package var alert: AlertID
    package var at: Timestamp
    package var kind: Kind
    /// What was measured.
    package var value: Int64?
    /// How often it had fired without people being told.
    package var unheard: Int
    package var runs: [RunID]
    /// Empty: nobody was told.
    package var messages: [Message]

    package init(
        id: AlertEventID, alert: AlertID, at: Timestamp, kind: Kind, value: Int64? = nil, unheard: Int = 0,
        runs: [RunID] = [], messages: [Message] = []
    ) {
        self.id = id
        self.alert = alert
        self.at = at
        self.kind = kind
        self.value = value
        self.unheard = unheard
        self.runs = runs
        self.messages = messages
    }
}

/// An event with what became of its messages.
package struct AlertHistory: Sendable, Equatable {
    package struct Delivery: Sendable, Equatable {
        package enum Status: String, Sendable, CaseIterable { case pending, sent, failed }

        package var message: AlertEvent.Message
        package var status: Status
        package var attempts: Int
        package var sentAt: Timestamp?
        /// Why the last attempt failed.
        package var error: String?

        package init(
            message: AlertEvent.Message, status: Status, attempts: Int = 0, sentAt: Timestamp? = nil,
            error: String? = nil
        ) {
            self.message = message
            self.status = status
            self.attempts = attempts
            self.sentAt = sentAt
            self.error = error
        }
    }

    package var event: AlertEvent
    /// Those of which something is still known.
    package var deliveries: [Delivery]

    package init(event: AlertEvent, deliveries: [Delivery]) {
        self.event = event
        self.deliveries = deliveries
    }
}
