/// A message in Slack that shows a task.
package struct SlackPost: Sendable, Equatable {
    /// Whose direct message it is; nil: it stands in the task's channel. Of each there is one.
    package var person: String?
    /// As Slack gave it: the id of a channel or a conversation.
    package var channel: String
    /// Slack's `ts`, by which the message is known in its channel.
    package var timestamp: String
    /// The key of the notice that it was posted for.
    package var notice: String
    /// The digest of what it shows.
    package var shown: String

    package init(person: String?, channel: String, timestamp: String, notice: String, shown: String) {
        self.person = person
        self.channel = channel
        self.timestamp = timestamp
        self.notice = notice
        self.shown = shown
    }
}

/// Messages in Slack that show tasks, so that they can be changed when their task does.
package protocol SlackPostStore: Sendable {
    func posts(of task: TaskID, in tenant: TenantID) async throws -> [SlackPost]
    /// Stores one, in the place of another for the same person.
    func put(_ post: SlackPost, of task: TaskID, in tenant: TenantID) async throws
}
