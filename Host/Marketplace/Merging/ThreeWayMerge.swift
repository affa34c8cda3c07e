package import PatchbayJSON

/// Brings together two changes of one workflow: what somebody made of it (`mine`), and what became of where it came from
/// (`theirs`). Nodes are told apart by their ids and edges by their ends, so that order and place say nothing; all other values
/// are compared member by member, and lists as wholes.
package struct ThreeWayMerge: Sendable, Equatable {
    /// What to do where both changed the same differently.
    package enum Preference: String, Sendable, CaseIterable { case mine, theirs }

    /// A place that one side or both changed.
    package struct Change: Sendable, Equatable {
        package enum Side: String, Sendable { case mine, theirs, both, conflict }

        /// Member names, ids of nodes, and edges as `a → b`.
        package var path: [String]
        package var side: Side
        /// Nil: it was not there, or is not any more.
        package var base: JSON?
        package var mine: JSON?
        package var theirs: JSON?

        package var json: JSON {
            var json: JSONObject = [
                "path": .string(path.joined(separator: "/")), "side": .string(side.rawValue),
            ]
            if let base { json["base"] = base }
            if let mine { json["mine"] = mine }
            if let theirs { json["theirs"] = theirs }
            return .object(json)
        }
    }

    /// The document; in conflicts as preferred, else as `mine` has it.
    package private(set) var merged: JSON
    /// Everything that changed on either side, in the order of the documents.
    package private(set) var changes: [Change] = []

    package var conflicts: [Change] { changes.filter { $0.side == .conflict } }

    package init(base: JSON, mine: JSON, theirs: JSON, preferring preference: Preference = .mine) {
        merged = .null
        self.preference = preference
        merged = merge(base, mine, theirs, at: [], isGraph: true) ?? .null
    }

    private let preference: Preference

    // MARK: Values

    /// Nil: the value is not there in the end.
    private mutating func merge(
        _ base: JSON?, _ mine: JSON?, _ theirs: JSON?, at path: [String], isGraph: Bool
    ) -> JSON? {
        if mine == theirs {
            if base != mine { note(.both, path, base, mine, theirs) }
            return mine
        }
        switch (base, mine, theirs) {
        case (_, .object(let mine)?, .object(let theirs)?):
            let base = base?.object ?? [:]
            return .object(merge(base, mine, theirs, at: path, isGraph: isGraph))
        case (_, .array(let mine)?, .array(let theirs)?) where isGraph:
            let base = base?.array ?? []
            if let merged = merge(base, mine, theirs, at: path) { return .array(merged) }
        default: break
        }
        if base == theirs {
            note(.mine, path, base, mine, theirs)
            return mine
        }
        if base == mine {
            note(.theirs, path, base, mine, theirs)
            return theirs
        }
        note(.conflict, path, base, mine, theirs)
        return preference == .mine ? mine : theirs
    }

    private mutating func merge(
        _ base: JSONObject, _ mine: JSONObject, _ theirs: JSONObject, at path: [String], isGraph: Bool
    ) -> JSONObject {
        var merged = JSONObject()
        for name in Self.names(mine.names, theirs.names, base.names) {
            let isInner = isGraph && name != "input" && name != "config"
            let value = merge(base[name], mine[name], theirs[name], at: path + [name], isGraph: isInner)
            if let value { merged[name] = value }
        }
        return merged
    }

    /// Nil when these are no nodes and no edges.
    private mutating func merge(
        _ base: [JSON], _ mine: [JSON], _ theirs: [JSON], at path: [String]
    ) -> [JSON]? {
        guard let name = path.last, let key = Self.keys[name], let base = Self.keyed(base, key),
            let mine = Self.keyed(mine, key), let theirs = Self.keyed(theirs, key)
        else { return nil }
        return Self.names(mine.names, theirs.names, base.names).compactMap { name in
            merge(base[name], mine[name], theirs[name], at: path + [name], isGraph: true)
        }
    }

    private mutating func note(_ side: Change.Side, _ path: [String], _ base: JSON?, _ mine: JSON?, _ theirs: JSON?) {
        changes.append(Change(path: path, side: side, base: base, mine: mine, theirs: theirs))
    }

    // MARK: Keys

    private static let keys: [String: @Sendable (JSON) -> String?] = [
        "nodes": { $0["id"]?.string },
        "edges": { edge in
            guard let source = edge["source"]?.string, let target = edge["target"]?.string else { return nil }
            return source + (edge["port"]?.string.map { ":" + $0 } ?? "") + " → " + target
        },
    ]

    /// Nil when an element has no key, or two have the same.
    private static func keyed(_ list: [JSON], _ key: (JSON) -> String?) -> JSONObject? {
        var object = JSONObject()
        for element in list {
            guard let name = key(element), object[name] == nil else { return nil }
            object[name] = element
        }
        return object
    }

    /// Each once, in the order of the first that has it.
    private static func names(_ lists: [String]...) -> [String] {
        var seen: Set<String> = []
        return lists.flatMap(\.self).filter { seen.insert($0).inserted }
    }
}
