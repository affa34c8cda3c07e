/// A row that cannot be what this version of Patchbay wrote.
package struct StorageError: Error, Sendable, CustomStringConvertible {
    /// Which column, and what is wrong with it; without its value.
    package var description: String
}
