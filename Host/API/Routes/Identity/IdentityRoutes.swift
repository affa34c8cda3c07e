import Hummingbird
import PatchbayCore
import PatchbayJSON
import PatchbaySecurity

/// The ways into one's account by providers: `/auth/identities`.
struct IdentityRoutes {
    let accounts: any AccountStore
    let providers: [OpenIDProvider]
    let letters: Letters

    var routes: [Route] {
        [Route(.get, "/auth/identities", list), Route(.delete, "/auth/identities/:id", unlink)]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        try Query(request, known: []).check()
        let person = try context.person()
        let identities = try await accounts.identities(of: person.account.id)
        return Response(["items": .array(identities.map(json)), "next_cursor": .null])
    }

    @Sendable private func unlink(_ request: Request, _ context: APIContext) async throws -> Response {
        let person = try context.person()
        let id = context.parameter("id")
        let identities = try await accounts.identities(of: person.account.id)
        guard let linked = identities.first(where: { Self.id($0) == id }) else {
            throw APIError(
                .identityNotFound,
                "Your account is not linked with \(id.quoted). `GET /auth/identities` lists what it is.",
                details: ["identity_id": .string(id.shortened(to: 80))])
        }
        let hasPassword = try await accounts.signIn(person.account.id)?.passwordHash != nil
        guard identities.count > 1 || hasPassword || letters.canSend else {
            throw APIError(.lastSignIn, "Nothing else signs you in. Set a password first.")
        }
        guard try await accounts.unlink(linked.identity, from: person.account.id) else {
            throw APIError(.identityNotFound, "It was unlinked just now.", details: ["identity_id": .string(id)])
        }
        return Response(status: .noContent)
    }

    private func json(_ linked: LinkedIdentity) -> JSON {
        let provider = providers.first { $0.settings.issuer == linked.identity.issuer }
        return [
            "id": .string(Self.id(linked)), "provider": provider.map { .string($0.settings.id) } ?? .null,
            "issuer": .string(linked.identity.issuer), "linked_at": .string(linked.linkedAt.description),
        ]
    }

    /// A name for it in addresses, which issuers and subjects are not fit for.
    private static func id(_ linked: LinkedIdentity) -> String {
        let text = "\(linked.identity.issuer)\u{0}\(linked.identity.subject)"
        return String(Digest.sha256Hex(Array(text.utf8)).prefix(32))
    }
}
