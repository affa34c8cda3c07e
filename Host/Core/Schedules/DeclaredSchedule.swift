package import PatchbayJSON

/// A `schedule` node of a stored document.
package struct DeclaredSchedule: Sendable, Equatable {
    /// The node's id.
    package let node: String
    /// What people call it.
    package let name: String
    package let spec: JSON

    /// Those of a document in its canonical form.
    package static func all(in document: JSON) -> [DeclaredSchedule] {
        (document["nodes"]?.array ?? []).compactMap { node in
            guard node["type"]?.string == NodeKind.schedule.rawValue, let id = node["id"]?.string else { return nil }
            return DeclaredSchedule(node: id, name: node["name"]?.string ?? id, spec: node["config"] ?? [:])
        }
    }
}
