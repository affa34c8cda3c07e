import ConnectorSDK
import PatchbayJSON

/// A way out of an issue's present status.
struct Transition: Equatable {
    var id: String
    var name: String
    /// Name of the status that it leads to.
    var status: String

    init?(_ json: JSON) {
        guard let id = json["id"]?.string, let name = json["name"]?.string else { return nil }
        self.id = id
        self.name = name
        self.status = json["to"]?["name"]?.string ?? ""
    }

    /// The one meant by a name, which may be its own or its status's; letters' case does not count, and its own name comes
    /// first. Throws `ConnectorError` that lists what is offered when there is none or more than one.
    static func named(_ name: String, among offered: [Transition]) throws(ConnectorError) -> Transition {
        let wanted = name.lowercased()
        let byName = offered.filter { $0.name.lowercased() == wanted }
        let found = byName.isEmpty ? offered.filter { $0.status.lowercased() == wanted } : byName
        if found.count == 1 { return found[0] }
        let list = offered.map { "`\($0.name)` (id \($0.id), to \($0.status))" }.joined(separator: ", ")
        guard found.isEmpty else {
            throw ConnectorError(
                .invalidInput, "`\(name)` names \(found.count) transitions; give `transition_id`. Offered are \(list).",
                effect: .none, pointer: "/transition")
        }
        throw ConnectorError(
            .conflict,
            offered.isEmpty
                ? "The issue offers no transition at all: perhaps the account may not move it."
                : "From its present status the issue offers no transition `\(name)`. Offered are \(list).",
            effect: .none, pointer: "/transition")
    }
}
