/// Why a text is no schedule.
package struct CronError: Error, Sendable, Hashable {
    /// What is wrong, as a sentence without the position.
    package var message: String
    /// The field that it is about; nil when it is about the whole text.
    package var field: CronField?
    /// Bytes from the start of the text.
    package var offset: Int
    /// What would be right.
    package var hint: String?

    package init(message: String, field: CronField? = nil, offset: Int, hint: String? = nil) {
        self.message = message
        self.field = field
        self.offset = offset
        self.hint = hint
    }
}

extension CronError: CustomStringConvertible {
    package var description: String { "character \(offset + 1): \(message)" + (hint.map { " (\($0))" } ?? "") }
}
