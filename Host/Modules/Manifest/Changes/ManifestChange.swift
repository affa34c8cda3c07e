/// One thing that differs between two versions of a connector, and what it means for those who use it.
package struct ManifestChange: Sendable, Equatable {
    /// What it asks of whoever has workflows on the older version.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        /// Nothing: texts, documentation, narrower permissions.
        case compatible
        /// There is something new; what was used before works as before.
        case additive
        /// What was used before may fail, do something else, or be allowed more.
        case breaking

        package static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }

        private var rank: Int {
            switch self {
            case .compatible: 0
            case .additive: 1
            case .breaking: 2
            }
        }
    }

    package var level: Level
    /// A stable word for programs, such as `input-required-added`.
    package var code: String
    /// Nil when it concerns the connector as a whole.
    package var operation: String?
    /// JSON pointer (RFC 6901) into the newer manifest; into the older one for what has been removed.
    package var pointer: String
    /// One clause for people: what was, what is.
    package var message: String

    package init(level: Level, code: String, operation: String? = nil, pointer: String, message: String) {
        self.level = level
        self.code = code
        self.operation = operation
        self.pointer = pointer
        self.message = message
    }
}
