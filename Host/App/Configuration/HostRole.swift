/// What a process of an installation does.
enum HostRole: String, CaseIterable {
    /// Answers requests and takes deliveries.
    case api
    /// Carries runs out.
    case worker
    /// Wakes runs whose time has come and looks after the workers.
    case scheduler

    /// Reads a list such as `api,worker`; all of them for none.
    static func read(_ words: [String]) throws -> Set<HostRole> {
        guard !words.isEmpty else { return Set(allCases) }
        return try Set(
            words.map { word in
                guard let role = HostRole(rawValue: word.lowercased()) else {
                    let known = allCases.map(\.rawValue).joined(separator: ", ")
                    throw ConfigurationProblem("PATCHBAY_ROLES holds \(word), needs some of \(known).")
                }
                return role
            })
    }
}
