package import PatchbayJSON

/// A node as the document says it, each part read and of the right type.
package struct WorkflowNode: Sendable, Equatable {
    /// Letters, digits, `_` and `-`, at most 64; unique in the document.
    package let id: String
    package let kind: NodeKind
    /// `input` of an action, `config` of everything else; an empty object when absent.
    package let parameters: JSON
    /// `connector@version/action` of an action; the version may be missing or a range.
    package let uses: String?
    /// Name of a credential.
    package let credential: String?
    /// Milliseconds.
    package let timeout: Int64?
    package let retry: RetryPolicy?
    package let onError: FailureStrategy
    /// Where its parts stand in the document as it was given.
    package let pointers: Pointers
    /// The node in canonical form, editor members included.
    package private(set) var json: JSONObject

    /// JSON pointers into the document as it was given.
    package struct Pointers: Sendable, Equatable {
        package var node: String
        package var uses: String
        package var parameters: String
    }

    init(
        id: String, kind: NodeKind, parameters: JSON, uses: String?, credential: String?, timeout: Int64?,
        retry: RetryPolicy?, onError: FailureStrategy, pointers: Pointers, json: JSONObject
    ) {
        self.id = id
        self.kind = kind
        self.parameters = parameters
        self.uses = uses
        self.credential = credential
        self.timeout = timeout
        self.retry = retry
        self.onError = onError
        self.pointers = pointers
        self.json = json
    }

    /// Writes the exact version into the canonical form.
    package mutating func pin(_ reference: OperationReference) { json["uses"] = .string(reference.description) }
}
