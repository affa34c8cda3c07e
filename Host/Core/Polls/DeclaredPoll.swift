package import PatchbayJSON

/// A `poll` node of a stored document.
package struct DeclaredPoll: Sendable, Equatable {
    /// The node's id.
    package let node: String
    /// What people call it.
    package let name: String
    /// `connector@version/trigger`.
    package let uses: String
    package let credential: String?
    package let config: JSON

    /// Those of a document in its canonical form.
    package static func all(in document: JSON) -> [DeclaredPoll] {
        (document["nodes"]?.array ?? []).compactMap { node in
            guard node["type"]?.string == NodeKind.poll.rawValue, let id = node["id"]?.string,
                let uses = node["uses"]?.string
            else { return nil }
            return DeclaredPoll(
                node: id, name: node["name"]?.string ?? id, uses: uses, credential: node["credential"]?.string,
                config: node["config"] ?? [:])
        }
    }

    /// What the cursor belongs to: it is kept as long as this is the same, also when the connector's version is another.
    package var source: String {
        let parts = uses.split(separator: "@", maxSplits: 1)
        let operation = uses.split(separator: "/").last.map(String.init) ?? ""
        return "\(parts.first.map(String.init) ?? "")/\(operation) \((config["input"] ?? [:]).text)"
    }
}
