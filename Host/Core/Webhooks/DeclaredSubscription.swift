package import PatchbayJSON

/// A `webhook` node of a stored document that a connector subscribes for.
package struct DeclaredSubscription: Sendable, Equatable {
    /// The node's id.
    package let node: String
    /// `connector@version/trigger`.
    package let uses: String
    package let credential: String?
    /// What the trigger works on.
    package let input: JSON

    /// Those of a document in its canonical form.
    package static func all(in document: JSON) -> [DeclaredSubscription] {
        (document["nodes"]?.array ?? []).compactMap { node in
            guard node["type"]?.string == NodeKind.webhook.rawValue, let id = node["id"]?.string,
                let uses = node["uses"]?.string
            else { return nil }
            return DeclaredSubscription(
                node: id, uses: uses, credential: node["credential"]?.string, input: node["config"]?["input"] ?? [:])
        }
    }

    /// What a subscription belongs to: it is kept as long as this is the same, also when the connector's version is another.
    package var source: String {
        let connector = uses.split(separator: "@", maxSplits: 1).first.map(String.init) ?? ""
        let operation = uses.split(separator: "/").last.map(String.init) ?? ""
        return "\(connector)/\(operation) \(input.text)"
    }
}
