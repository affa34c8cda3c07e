import HTTPTypes
import PatchbayJSON

extension DescriptionTable {
    private static let attempts: [APIError.Code] = [.tooManyAttempts, .busy]
    private static let second: Shape.Members = ["code": .text(1...20), "recovery_code": .text(1...40)]
    private static let session = Description.Answer.ok(
        .ref("Session"), "Signed in.", headers: ["Set-Cookie"])

    /// For whoever is nobody yet.
    static let signingIn: [Description] = [
        Description(
            .post, "/auth/login", "Sign in with a password", .sessions,
            body: .json(
                .body(
                    ["email": .text(1...1_000), "password": .text(1...10_000)], optional: second)),
            session, errors: attempts + [.invalidSignIn, .totpRequired, .csrfTokenInvalid]),
        Description(
            .post, "/auth/register", "Make an account for an invitation", .sessions,
            body: .json(
                .body(["token": .text(1...200), "name": .text(1...200), "password": .text(1...10_000)])),
            .created(.ref("Session"), headers: ["Set-Cookie"]),
            errors: attempts + [.linkInvalid, .accountExists, .csrfTokenInvalid, .tenantNotActive]),
        Description(
            .post, "/auth/links", "Send a link to sign in", .sessions,
            about: "The answer is the same whether there is such an account or not.",
            body: .json(.body(["email": .text(1...1_000)])),
            .accepted(.object(["sent": .bool]), ""),
            errors: [.tooManyAttempts, .mailNotConfigured, .mailFailed, .csrfTokenInvalid]),
        Description(
            .post, "/auth/links/redeem", "Sign in with a link", .sessions,
            body: .json(.body(["token": .text(1...200)], optional: second)), session,
            errors: attempts + [.linkInvalid, .invalidSignIn, .totpRequired, .csrfTokenInvalid]),
    ]

    static let sessions: [Description] = [
        Description(
            .get, "/auth/session", "Read who one is", .sessions,
            .ok(.either(.ref("Session"), .ref("Caller")), "A session, or what a key is and may.")),
        Description(
            .post, "/auth/logout", "Sign out", .sessions, .done, errors: [.sessionRequired]),
        Description(
            .get, "/auth/sessions", "List the account's sessions", .sessions, query: .noParameters,
            .ok(.page(of: .ref("SessionRecord"))), errors: [.sessionRequired]),
        Description(
            .delete, "/auth/sessions", "End all other sessions", .sessions,
            .ok(.object(["closed": .whole])), errors: [.sessionRequired]),
        Description(
            .delete, "/auth/sessions/:id", "End a session", .sessions, .done,
            errors: [.sessionRequired, .sessionNotFound]),
        Description(
            .post, "/auth/invitations/accept", "Accept an invitation with an account that is there", .sessions,
            body: .json(.body(["token": .text(1...200)])),
            .ok(.object(["tenant_id": .id("ten"), "role": .text])),
            errors: [.sessionRequired, .linkInvalid, .tenantNotActive]),
        Description(
            .put, "/auth/password", "Set the password", .sessions,
            body: .json(
                .body(
                    ["new_password": .text(1...10_000)], optional: ["current_password": .text(1...10_000)])),
            session, errors: attempts + [.sessionRequired, .invalidSignIn]),
        Description(
            .post, "/auth/totp", "Ask for a secret for one-time codes", .sessions,
            body: .json(.body(["password": .text(1...10_000)])),
            .ok(.object(["secret": .text, "address": .text])),
            errors: attempts + [.sessionRequired, .invalidSignIn, .totpActive]),
        Description(
            .post, "/auth/totp/confirm", "Confirm one-time codes with one of them", .sessions,
            body: .json(.body(["code": .text(1...20)])),
            .ok(.object(["recovery_codes": .list(of: .text)])),
            errors: [.sessionRequired, .invalidSignIn, .totpNotOffered]),
        Description(
            .post, "/auth/totp/disable", "Stop asking for one-time codes", .sessions,
            body: .json(.body(["password": .text(1...10_000)])), .done,
            errors: attempts + [.sessionRequired, .invalidSignIn]),
    ]
}

extension Components {
    static let sessionRecord = Shape.object([
        "id": .id("ses"), "method": .text, "address": .text, "agent": .text, "created_at": .time,
        "expires_at": .time, "current": .bool,
    ])

    private static let accountMembers: [(String, Shape)] = [
        ("id", .id("acc")), ("email", .text), ("name", .text), ("is_operator", .bool), ("totp", .bool),
        ("created_at", .time),
    ]

    static let account = Shape.object(listed: accountMembers)
    static let accountListing = Shape.object(listed: accountMembers + [("is_disabled", .bool)])

    static let session = Shape.object([
        "session": .ref("SessionRecord"), "account": .ref("Account"),
        "tenants": .list(
            of: .object([
                "id": .id("ten"), "name": .text, "role": .text, "permissions": .list(of: .text),
            ])),
        "csrf_token": .text.about("Goes with what changes something, as `X-CSRF-Token`."),
    ])

    static let caller = Shape.object([
        "kind": .words(["installation_key", "api_key", "session"]), "id": .text.orNull, "tenant_id": .id("ten"),
        "permissions": .list(of: .text), "workflows": .list(of: .id("wf")).orNull,
    ])
}
