package import PatchbayCore

/// What is sealed of an OAuth 2.0 credential: the fields that people entered, and the tokens, beside each other in one
/// object, so that they are replaced in one write.
package struct OAuthContent: Sendable, Equatable {
    package var fields: [String: Secret]
    package var tokens: OAuthTokens?

    package init(fields: [String: Secret], tokens: OAuthTokens? = nil) {
        self.fields = fields
        self.tokens = tokens
    }

    /// Reads what was sealed. Members that the host keeps have names that no field has.
    package init(sealed members: [String: Secret]) {
        fields = members.filter { !$0.key.hasPrefix(Self.mark) }
        func moment(_ name: String) -> Timestamp? {
            members[name].flatMap { Int64($0.reveal()) }.map(Timestamp.init(milliseconds:))
        }
        guard let access = members[Member.access], let obtainedAt = moment(Member.obtainedAt) else { return }
        var tokens = OAuthTokens(TokenGrant(access: access, refresh: members[Member.refresh]), at: obtainedAt)
        tokens.previousRefresh = members[Member.previousRefresh]
        tokens.expiresAt = moment(Member.expiresAt)
        tokens.scope = members[Member.scope]?.reveal()
        self.tokens = tokens
    }

    package var members: [String: Secret] {
        var members = fields
        guard let tokens else { return members }
        members[Member.access] = tokens.access
        members[Member.refresh] = tokens.refresh
        members[Member.previousRefresh] = tokens.previousRefresh
        members[Member.obtainedAt] = Secret(String(tokens.obtainedAt.milliseconds))
        members[Member.expiresAt] = tokens.expiresAt.map { Secret(String($0.milliseconds)) }
        members[Member.scope] = tokens.scope.map { Secret($0) }
        return members
    }

    package var client: OAuthClient? { OAuthClient(fields) }

    /// A client that acts for itself needs nobody.
    package var stateWithoutTokens: CredentialRecord.State {
        client?.grant == .clientCredentials ? .ready : .authorise
    }

    /// Whether what a client was given is of no use to the other: it is another one, or asks for something else. A new secret
    /// makes no new client.
    static func isAnotherClient(_ fields: [String: Secret], than before: [String: Secret]) -> Bool {
        var (fields, before) = (fields, before)
        for name in [OAuthClient.Field.secret, OAuthClient.Field.authentication] {
            fields[name] = nil
            before[name] = nil
        }
        return fields != before
    }

    private static let mark = "$"

    private enum Member {
        static let access = "$access_token"
        static let refresh = "$refresh_token"
        static let previousRefresh = "$previous_refresh_token"
        static let obtainedAt = "$obtained_at"
        static let expiresAt = "$expires_at"
        static let scope = "$scope"
    }
}
