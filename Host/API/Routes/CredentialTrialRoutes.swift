import HTTPTypes
import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySchemas
import PatchbaySecurity

/// Whether a vendor takes a credential: the action that the connector names as its check is called with it, or another one
/// that only reads.
struct CredentialTrialRoutes {
    /// Milliseconds for the call.
    private static let patience: Int64 = 30_000

    let credentials: CredentialRoutes
    /// Nil: this host calls nothing.
    let invoker: (any OperationInvoker)?
    let clock: any TimeSource

    var routes: [Route] { [Route(.post, "/credentials/:id/test", test)] }

    /// 200 also when it is refused: what was asked is how it went.
    @Sendable private func test(_ request: Request, _ context: APIContext) async throws -> Response {
        let wanted = try Wanted(try await request.json(limit: credentials.limits.body, whenEmpty: [:]))
        let record = try await credentials.record(context)
        try context.check(record)
        let operation = try operation(for: record, wanted)
        try check(wanted.input, against: operation.inputSchema)
        guard let invoker else {
            throw APIError(.notReady, "This host calls no connectors, so it can test no credentials.")
        }
        let now = clock.now
        let call = OperationCall(
            tenant: context.tenant, run: RunID.new(at: now), node: "credential-test", attempt: 1,
            reference: operation.reference, input: wanted.input, credential: record.name,
            idempotencyKey: "credential-test-\(RequestID.new(at: now))",
            deadline: now + min(operation.timeout, Self.patience))
        var answer: JSONObject = ["operation": .string(operation.reference.description), "ok": true, "error": .null]
        do {
            _ = try await invoker.invoke(call)
        } catch let failure as OperationFailure {
            answer["ok"] = false
            answer["error"] = [
                "code": .string(failure.code.rawValue), "message": .string(failure.message),
                "http_status": failure.httpStatus.map { .int(Int64($0)) } ?? .null,
                "vendor_code": failure.vendorCode.map(JSON.string) ?? .null,
            ]
        }
        return Response(.object(answer))
    }

    private struct Wanted {
        let connector: String?
        let operation: String?
        let input: JSON

        init(_ body: JSON) throws(APIError) {
            var members = try MemberReader(body: body, known: ["connector", "operation", "input"])
            connector = members.text("connector")
            operation = members.text("operation")
            input = .object(members.object("input") ?? [:])
            try members.check()
        }
    }

    /// The one that was asked for, or the slot's check, or the connector's first that only reads, takes the credential and
    /// needs no input.
    private func operation(for record: CredentialRecord, _ wanted: Wanted) throws(APIError) -> OperationDeclaration {
        guard let id = record.connector ?? wanted.connector else {
            throw Self.invalid("connector", "the credential is for any connector; say with which it is to be tested")
        }
        let inventory = credentials.inventory
        guard wanted.connector == nil || wanted.connector == id else {
            throw Self.invalid("connector", "the credential is for \(id.quoted) only")
        }
        guard let version = inventory.versions(of: id).first else {
            throw Self.invalid("connector", "there is no connector \(id.quoted) that can be used")
        }
        let readers = inventory.operations(of: id, version: version).compactMap { name in
            try? inventory.operation(OperationReference(connector: id, version: version, operation: name)).get()
        }.filter { $0.effect == .read && $0.credential?.kinds.contains(where: record.kind.fits) == true }
        let found =
            if let name = wanted.operation {
                readers.first { $0.reference.operation == name }
            } else {
                readers.first { $0.reference.operation == $0.credential?.check }
                    ?? readers.first { $0.inputSchema["required"]?.array?.isEmpty ?? true }
            }
        guard let found else {
            let names = readers.map(\.reference.operation).joined(separator: ", ")
            throw Self.invalid(
                "operation",
                names.isEmpty
                    ? "\(id) \(version) has no action that only reads and takes a credential of this kind"
                    : "name one of the actions that only read and take it, with its input: \(names)")
        }
        return found
    }

    private func check(_ input: JSON, against schema: JSON) throws {
        let violations = try Schema(schema).validate(input)
        guard violations.isEmpty else {
            throw APIError.invalid(
                violations.map {
                    Problem(
                        code: "invalid-input", pointer: "/input" + $0.instance.description, message: $0.message,
                        hint: $0.hint)
                }, what: "body")
        }
    }

    private static func invalid(_ member: String, _ message: String) -> APIError {
        .invalid([Problem(code: "bad-value", pointer: "/" + member, message: message)], what: "body")
    }
}
