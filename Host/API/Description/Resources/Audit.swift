import HTTPTypes
import PatchbayCore
import PatchbayJSON

extension DescriptionTable {
    static let audit: [Description] =
        of("/audit", "the tenant's audit log")
        + of(
            "/installation/audit", "the installation's audit log")

    private static func of(_ path: String, _ log: String) -> [Description] {
        [
            Description(
                .get, path, "Search \(log)", .audit, query: filters + .page, .ok(.page(of: .object))),
            Description(
                .get, path + "/export", "Export \(log)", .audit, query: filters,
                .init(
                    status: 200, about: "JSON lines, a record each, the oldest first.", shape: .any,
                    headers: ["Content-Disposition"], isAnything: true)),
            Description(
                .get, path + "/verify", "Verify \(log)", .audit,
                query: [.init("anchor", .text, "An end that was kept elsewhere, as `head` gave it.")],
                .ok(
                    .object([
                        "tenant_id": .id("ten").orNull, "valid": .bool, "records": .whole, "head": .text.orNull,
                        "flaw": Shape.object(["kind": .text, "sequence": .whole, "message": .text]).orNull,
                    ]))),
        ]
    }

    private static let filters: [Description.Parameter] = [
        .init("actor", .text(1...200), "An id of an account or a key, or a kind of actor."),
        .init("event", .text, "A kind of event, such as workflow.updated."),
        .init("resource_id", .text(1...200), "An id or a name."),
        .init("resource_type", .text(1...200), "A kind of thing, such as workflow."),
        .init("outcome", .words(of: AuditEvent.Outcome.self), "What came of it."),
        .init("from", .time, "Then or later."), .init("before", .time, "Before then."),
    ]
}
