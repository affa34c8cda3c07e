import PatchbayCore
import PatchbayEngine
import PatchbayJSON

extension RepeatOrder {
    /// The members that say how a run is repeated.
    static let members = ["from", "version", "input"]

    /// `from`: "start", "failed", or `{"node_id", "path"}`; `version`: "same", "newest", or a number; `input`.
    init(_ members: inout MemberReader) {
        self.init(
            from: Self.point(&members), version: Self.version(&members), input: members.object["input"])
    }

    private static func point(_ members: inout MemberReader) -> Fork.Point? {
        switch members.object["from"] {
        case nil: return nil
        case "start": return .start
        case "failed": return .failed
        case .object(let step)?:
            var reader = MemberReader(step, at: members.pointer(to: "from"), subject: "'from'")
            reader.refuseUnknown(known: ["node_id", "path"])
            let node = reader.text("node_id", required: true)
            // Empty is a path too.
            let path = step["path"] == "" ? "" : reader.text("path", limit: 4_000) ?? ""
            members.adopt(reader.problems)
            return node.map { .step(node: $0, path: path) }
        default:
            members.report(
                "bad-value", at: "from", "'from' must be \"start\", \"failed\", or {\"node_id\": …, \"path\": …}")
            return nil
        }
    }

    private static func version(_ members: inout MemberReader) -> Version {
        switch members.object["version"] {
        case nil, "same": return .same
        case "newest": return .newest
        case let value?:
            if let number = value.int, (1...Int64(Int32.max)).contains(number) { return .number(Int(number)) }
            members.report("bad-value", at: "version", "'version' must be \"same\", \"newest\", or a version's number")
            return .same
        }
    }
}

/// Which runs a request is about: `runs`, their ids, or `filter` with `limit` and `cursor`.
struct RunChoice {
    static let members = ["runs", "filter", "limit", "cursor"]
    /// Runs that one request may name or find.
    static let most = 1_000
    private static let usual: Int64 = 100

    enum Which {
        case named([RunID])
        case matching(RunFilter, limit: Int, cursor: String?)
    }

    let which: Which

    init(_ members: inout MemberReader) {
        let limit = members.integer("limit", in: 1...Int64(Self.most))
        let cursor = members.text("cursor")
        guard members.object["runs"] != nil else {
            if members.object["filter"] == nil {
                members.report(
                    "missing-member", "the body lacks 'runs' or 'filter'", hint: "{\"filter\": {}} means all")
            }
            which = .matching(Self.filter(&members), limit: Int(limit ?? Self.usual), cursor: cursor)
            return
        }
        if limit != nil || cursor != nil || members.object["filter"] != nil {
            members.report(
                "bad-value", at: "runs", "'runs' stands for itself: leave 'filter', 'limit' and 'cursor' out")
        }
        let texts = members.strings("runs") ?? []
        let ids = texts.compactMap { RunID($0) }
        if ids.count < texts.count || !(1...Self.most).contains(texts.count) {
            members.report("bad-value", at: "runs", "'runs' must be 1 to \(Self.most) ids of runs (run_…)")
        }
        var seen: Set<RunID> = []
        which = .named(ids.filter { seen.insert($0).inserted })
    }

    /// As the parameters of lists, by the same names.
    private static func filter(_ members: inout MemberReader) -> RunFilter {
        var reader = MemberReader(
            members.object("filter") ?? [:], at: members.pointer(to: "filter"), subject: "'filter'")
        reader.refuseUnknown(known: RunFilter.parameters)
        var filter = RunFilter()
        filter.workflow = read("workflow_id", of: &reader, "a workflow's id (wf_…)") { WorkflowID($0) }
        filter.trigger = reader.text("trigger", limit: 64)
        filter.text = reader.text("text")
        filter.from = read("from", of: &reader, "a time (RFC 3339)") { Timestamp($0) }
        filter.before = read("before", of: &reader, "a time (RFC 3339)") { Timestamp($0) }
        let words =
            reader.object["status"].map { $0.string.map { [$0] } ?? reader.strings("status") ?? [] } ?? ["failed"]
        let statuses = words.compactMap { RunStatus(rawValue: $0) }
        if statuses.count < words.count || words.isEmpty || !statuses.allSatisfy(\.isTerminal) {
            let known = RunStatus.allCases.filter(\.isTerminal).map(\.rawValue).joined(separator: ", ")
            reader.report("bad-value", at: "status", "'status' must be one or more of \(known)")
        }
        filter.statuses = Set(statuses)
        members.adopt(reader.problems)
        return filter
    }

    private static func read<Value>(
        _ name: String, of reader: inout MemberReader, _ wanted: String, _ parse: (String) -> Value?
    ) -> Value? {
        guard let text = reader.text(name) else { return nil }
        if let value = parse(text) { return value }
        reader.report("bad-value", at: name, "'\(name)' must be \(wanted)")
        return nil
    }
}
