package import PatchbayJSON

/// Something that a run is to hear of.
package struct RunMessage: Sendable, Equatable {
    /// The words stand in the database too; a test compares the lists.
    package enum Kind: String, Sendable, CaseIterable {
        /// data: {"name", "payload"}
        case event
        /// A run that it started has ended. data: the step that waits for that {"node", "path", "attempt"}
        case child
        /// What people were asked is decided, or its time is over. data: the step {"node", "path", "attempt"}, and how it
        /// ended {"outcome": decided, timed_out or failed, "output", "port", "error"}
        case task
    }

    package var kind: Kind
    /// Of an event what its sender called it; of a child's or a task's end its id. Of those with the same kind and id a run
    /// hears once.
    package var id: String
    package var data: JSON

    package init(kind: Kind, id: String, data: JSON) {
        self.kind = kind
        self.id = id
        self.data = data
    }
}
