import HTTPTypes
import HummingbirdCore
import PatchbayCore

/// What somebody wants to hear of as it happens, and what they have heard already.
enum LiveTarget: Sendable, Equatable {
    /// `/api/v1/runs/{id}/live?after=SEQ`: every entry of one run behind the given one; 0 for all.
    case run(RunID, after: Int)
    /// `/api/v1/live?after=CURSOR`: every change of a run's status in the tenant behind the given one; nil: from now on.
    case tenant(after: RunChange.Cursor?)

    /// Nil when the address names nothing that can be heard of.
    init?(uri: String) {
        let address = URI(uri)
        guard let fields = FormFields(address.query ?? "") else { return nil }
        var after: String?
        for (name, value) in fields.fields where name != Self.tenantParameter {
            guard name == "after", after == nil else { return nil }
            after = value
        }
        var parts = address.path.split(separator: "/")
        guard parts.starts(with: ["api", "v1"]), parts.popLast() == "live" else { return nil }
        parts.removeFirst(2)
        switch parts.count {
        case 0:
            let cursor = after.flatMap { RunChange.Cursor(text: $0) }
            guard (cursor == nil) == (after == nil) else { return nil }
            self = .tenant(after: cursor)
        case 2 where parts[0] == "runs" || parts[0] == "executions":
            guard let id = RunID(String(parts[1])), let sequence = Self.sequence(after) else { return nil }
            self = .run(id, after: sequence)
        default: return nil
        }
    }

    /// What pages name instead of `X-Tenant-ID`: a browser's WebSocket has no headers of its own.
    static let tenantParameter = "tenant"

    static func tenant(uri: String) -> String? {
        FormFields(URI(uri).query ?? "")?.fields.first { $0.name == tenantParameter }?.value
    }

    /// 0 when absent.
    static func sequence(_ text: String?) -> Int? {
        guard let text else { return 0 }
        guard let number = Int(text), number >= 0, number <= Int32.max else { return nil }
        return number
    }
}
