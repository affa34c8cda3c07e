package import PatchbayJSON

/// A workflow of n8n, as its editor exports it. Hostile like every input: what cannot be read is refused with its place.
package struct N8NDocument: Sendable {
    /// 1 to 200 characters.
    package var name: String
    package var nodes: [N8NNode]
    /// Of the kind `main`, between nodes that are there.
    package var connections: [N8NConnection]
    /// From the nodes of models, memories and tools to those that use them.
    package var attachments: [N8NConnection]
    package var settings: JSONObject
    /// Names of the nodes that data is pinned to.
    package var pinned: [String]
    /// What could not be read and does not matter enough to refuse everything.
    package var remarks: [String]

    /// As many nodes as a workflow may have here.
    package static let mostNodes = 1_000
    package static let mostConnections = 5_000

    package subscript(name: String) -> N8NNode? { nodes.first { $0.name == name } }
}

/// A node of n8n.
package struct N8NNode: Sendable {
    package var name: String
    /// `n8n-nodes-base.httpRequest`
    package var type: String
    package var version: Double
    package var parameters: JSONObject
    package var isDisabled: Bool
    package var notes: String?
    /// Names of credentials by their types in n8n.
    package var credentials: [(type: String, name: String)]
    /// What a failure means: nil, `continueRegularOutput`, `continueErrorOutput`.
    package var onError: String?
    /// Attempts; 1: a failure is not tried again.
    package var attempts: Int
    /// Milliseconds between attempts.
    package var wait: Int64
    package var runsOnce: Bool
    package var alwaysGives: Bool
    package var position: JSON?
    /// Where it stands in the document.
    package var pointer: String
    package var json: JSONObject

    /// `httpRequest`
    package var shortType: String { String(type.split(separator: ".").last ?? "") }
}

/// A way from a node's output to another's input, by their names.
package struct N8NConnection: Sendable, Hashable {
    package var source: String
    package var output: Int
    package var target: String
    package var input: Int
    /// `main`, `ai_languageModel`, …
    package var kind: String
}

/// Why a document cannot be imported at all.
package struct ImportRefusal: Error, Sendable, CustomStringConvertible {
    /// JSON pointer into the document.
    package var pointer: String
    package var message: String
    package var hint: String

    package var description: String {
        "\(pointer.isEmpty ? "the document" : pointer): \(message) (\(hint))"
    }
}
