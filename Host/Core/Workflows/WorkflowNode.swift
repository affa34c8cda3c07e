package import PatchbayJSON

/// A node as the document says it, each part read and of the right type.
package struct WorkflowNode: Sendable, Equatable {
    /// What was read of it, which never changes.
    private let parts: Parts
    /// The graphs inside a container.
    package var bodies: [WorkflowBody]
    /// The node in canonical form without its bodies, editor members included.
    private var own: JSONObject

    /// Letters, digits, `_` and `-`, at most 64; unique in the document.
    package var id: String { parts.id }
    package var kind: NodeKind { parts.kind }
    /// `input` of an action, `config` of everything else; an empty object when absent.
    package var parameters: JSON { parts.parameters }
    /// `connector@version/action` of an action; the version may be missing or a range.
    package var uses: String? { parts.uses }
    /// Name of a credential.
    package var credential: String? { parts.credential }
    /// Milliseconds.
    package var timeout: Int64? { parts.timeout }
    package var retry: RetryPolicy? { parts.retry }
    package var onError: FailureStrategy { parts.onError }
    /// What the output is after a failure, where `onError` is `fallback`.
    package var fallback: JSON? { parts.fallback }
    package var compensation: WorkflowCompensation? { parts.compensation }
    /// Where its parts stand in the document as it was given.
    package var pointers: Pointers { parts.pointers }

    /// JSON pointers into the document as it was given.
    package struct Pointers: Sendable, Equatable {
        package let node: String
        /// The members, from the node.
        let usesMember: String
        let parametersMember: String

        package var uses: String { "\(node)/\(usesMember)" }
        package var parameters: String { "\(node)/\(parametersMember)" }
    }

    init(
        id: String, kind: NodeKind, parameters: JSON, uses: String?, credential: String?, timeout: Int64?,
        retry: RetryPolicy?, onError: FailureStrategy, fallback: JSON?, compensation: WorkflowCompensation?,
        bodies: [WorkflowBody], pointers: Pointers, json: JSONObject
    ) {
        parts = Parts(
            id: id, kind: kind, parameters: parameters, uses: uses, credential: credential, timeout: timeout,
            retry: retry, onError: onError, fallback: fallback, compensation: compensation, pointers: pointers)
        self.bodies = bodies
        own = json
    }

    /// The node in canonical form, editor members included.
    package var json: JSONObject {
        var json = own
        guard kind != .parallel else {
            json["branches"] = .object(bodies.reduce(into: JSONObject()) { $0[$1.name] = $1.json })
            return json
        }
        for body in bodies { json[body.name] = body.json }
        return json
    }

    /// What people call it, where they gave it a name.
    package var title: String? { own["name"]?.string }

    /// Writes the exact version into the canonical form.
    package mutating func pin(_ reference: OperationReference) { own["uses"] = .string(reference.description) }

    /// Writes the exact version of what undoes the step into the canonical form.
    package mutating func pinCompensation(_ reference: OperationReference) {
        guard case .object(var object)? = own["compensate"] else { return }
        object["uses"] = .string(reference.description)
        own["compensate"] = .object(object)
    }

    /// Writes the exact version of a sub-workflow into the canonical form.
    package mutating func pin(workflow: WorkflowID, version: Int) {
        guard case .object(var config)? = own["config"] else { return }
        config["workflow"] = .string(workflow.description)
        config["version"] = .int(Int64(version))
        own["config"] = .object(config)
    }

    /// The node and everything in its bodies, each container before what stands in it.
    package var all: [WorkflowNode] { [self] + bodies.flatMap { $0.nodes.flatMap(\.all) } }
}

extension WorkflowNode {
    /// Held by reference, so that whoever goes through nodes copies one word and no strings.
    private final class Parts: Sendable, Equatable {
        let id: String
        let kind: NodeKind
        let parameters: JSON
        let uses: String?
        let credential: String?
        let timeout: Int64?
        let retry: RetryPolicy?
        let onError: FailureStrategy
        let fallback: JSON?
        let compensation: WorkflowCompensation?
        let pointers: Pointers

        init(
            id: String, kind: NodeKind, parameters: JSON, uses: String?, credential: String?, timeout: Int64?,
            retry: RetryPolicy?, onError: FailureStrategy, fallback: JSON?, compensation: WorkflowCompensation?,
            pointers: Pointers
        ) {
            self.id = id
            self.kind = kind
            self.parameters = parameters
            self.uses = uses
            self.credential = credential
            self.timeout = timeout
            self.retry = retry
            self.onError = onError
            self.fallback = fallback
            self.compensation = compensation
            self.pointers = pointers
        }

        static func == (a: Parts, b: Parts) -> Bool {
            a === b
                || (a.id == b.id && a.kind == b.kind && a.parameters == b.parameters && a.uses == b.uses
                    && a.credential == b.credential && a.timeout == b.timeout && a.retry == b.retry
                    && a.onError == b.onError && a.fallback == b.fallback && a.compensation == b.compensation
                    && a.pointers == b.pointers)
        }
    }
}
