package import PatchbayJSON

/// A way from one node to another.
package struct WorkflowEdge: Sendable, Equatable {
    package let source: String
    /// Which way out of the source; nil where it has one only.
    package let port: String?
    package let target: String
    /// JSON pointer into the document as it was given.
    package let pointer: String
    /// The edge in canonical form, editor members included.
    package let json: JSONObject
}
