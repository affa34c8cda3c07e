import PatchbayCore

extension RunFilter {
    /// The parameters that say which runs are wanted.
    static let parameters = ["workflow_id", "status", "trigger", "from", "before", "text"]
}

extension Query {
    /// `status` may name several, with commas between.
    mutating func runFilter() -> RunFilter {
        let words = RunStatus.allCases.map(\.rawValue).joined(separator: ", ")
        return RunFilter(
            workflow: read("workflow_id", expecting: "a workflow's id (wf_…)") { WorkflowID($0) },
            statuses: read("status", expecting: "one or more of \(words), with commas between") { text in
                let statuses = text.split(separator: ",", omittingEmptySubsequences: false).map {
                    RunStatus(rawValue: String($0))
                }
                return statuses.contains(nil) ? nil : Set(statuses.compactMap(\.self))
            } ?? [],
            trigger: read("trigger", expecting: "a trigger's kind, such as webhook") { text in
                (1...64).contains(text.utf8.count) && !text.utf8.contains(0) ? text : nil
            },
            from: read("from", expecting: "a time (RFC 3339), such as 2026-01-31T12:00:00Z") { Timestamp($0) },
            before: read("before", expecting: "a time (RFC 3339), such as 2026-01-31T12:00:00Z") { Timestamp($0) },
            text: read("text", expecting: "1 to 200 characters") { text in
                (1...200).contains(text.count) && !text.utf8.contains(0) ? text : nil
            })
    }
}
