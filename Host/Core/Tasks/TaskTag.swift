package enum TaskTag: IdentifierTag { package static let prefix = "task" }
package typealias TaskID = Identifier<TaskTag>
