import HTTPTypes
import PatchbayJSON

extension DescriptionTable {
    /// Signing in by a provider of identities.
    static let providers: [Description] = [
        Description(
            .get, "/auth/providers", "List providers of identities", .sessions, query: .noParameters,
            .ok(.page(of: .object(["id": .text, "name": .text, "start": .text])))),
        Description(
            .get, "/auth/oidc/:provider/start", "Begin to sign in by a provider", .sessions,
            query: [.init("return_to", .text(1...512), "A path of this host to be led to in the end.")],
            .elsewhere, errors: [.providerNotFound, .providerFailed, .signInRefused, .invalidSignIn]),
        Description(
            .get, "/auth/oidc/:provider/callback", "Take the provider's answer", .sessions,
            about: "Where the provider leads the browser back to.",
            .ok(
                .either(.ref("Session"), .object(["linked": .bool])), "Signed in, or linked.",
                headers: ["Set-Cookie"]), .elsewhere,
            errors: [
                .providerNotFound, .providerFailed, .signInRefused, .signInExpired, .invalidSignIn, .identityTaken,
                .totpRequired, .tooManyAttempts, .tenantNotActive, .accountExists, .linkInvalid,
            ]),
        Description(
            .post, "/auth/oidc/:provider/link", "Begin to link the account with a provider", .sessions,
            body: .json(.body(optional: ["return_to": .text(1...512)])),
            .ok(.object(["url": .text]), "Where to lead the browser.", headers: ["Set-Cookie"]),
            errors: [.sessionRequired, .providerNotFound, .providerFailed, .signInRefused, .invalidSignIn]),
        Description(
            .get, "/auth/identities", "List the providers that the account is linked with", .sessions,
            query: .noParameters,
            .ok(
                .page(
                    of: .object(["id": .text, "provider": .text.orNull, "issuer": .text, "linked_at": .time]))),
            errors: [.sessionRequired]),
        Description(
            .delete, "/auth/identities/:id", "Unlink the account from a provider", .sessions, .done,
            errors: [.sessionRequired, .identityNotFound, .lastSignIn]),
    ]
}

extension Description.Answer {
    static let elsewhere = Self(
        status: 303, about: "The browser goes on elsewhere.", shape: nil, headers: ["Location", "Set-Cookie"])
}
