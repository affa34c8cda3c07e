/// How large an index may be. It is made by somebody else: each number bounds what reading it can cost.
package enum IndexLimits {
    /// Bytes of the file.
    package static let bytes = 16 << 20
    /// Templates and connectors together, each version counted.
    package static let entries = 10_000
    /// Keys that have signed it.
    package static let signatures = 8
    /// Bytes of an entry as JSON.
    package static let entry = 64 << 10
}
