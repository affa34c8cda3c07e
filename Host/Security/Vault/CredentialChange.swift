package import PatchbayCore
package import PatchbayJSON

/// What somebody wants to be different in a credential; nil leaves it as it is.
package struct CredentialChange: Sendable {
    package var name: String?
    /// The connector it is for; nil within: any.
    package var connector: String??
    /// Only those that are replaced.
    package var fields: [String: Secret]
    package var hosts: [String]?
    package var settings: JSON?
    /// Names of the roles whose holders may use it; nil within: everybody who may use credentials.
    package var sharedWith: [String]??

    package init(
        name: String? = nil, connector: String?? = nil, fields: [String: Secret] = [:], hosts: [String]? = nil,
        settings: JSON? = nil, sharedWith: [String]?? = nil
    ) {
        self.name = name
        self.connector = connector
        self.fields = fields
        self.hosts = hosts
        self.settings = settings
        self.sharedWith = sharedWith
    }

    func applied(to record: CredentialRecord) -> CredentialRecord {
        var record = record
        record.name = name ?? record.name
        record.connector = connector ?? record.connector
        record.hosts = hosts ?? record.hosts
        record.settings = settings ?? record.settings
        record.sharedWith = sharedWith ?? record.sharedWith
        return record
    }
}

extension CredentialVault {
    /// Changes what somebody wants changed; values that are not replaced stay. Answers the credential then; nil when the
    /// tenant has none of that id. Throws `CredentialProblems` with everything that is wrong, or `StoreConflict.nameTaken`.
    ///
    /// Nobody reads a value; so who does not know it does not send it anywhere new either: what lets it go further (another
    /// connector, further hosts, other settings, other addresses of an OAuth 2.0 server) needs the secret values anew.
    /// Tokens of an OAuth 2.0 client that becomes another one are forgotten.
    package func update(
        _ id: CredentialID, in tenant: TenantID, _ wanted: CredentialChange
    ) async throws -> CredentialRecord? {
        let now = clock.now
        return try await change(id, in: tenant) { grant in
            var next = grant
            next.record = wanted.applied(to: grant.record)
            next.record.updatedAt = now
            let kind = grant.record.kind
            // What is kept beside the kind's own fields is not what a person enters.
            let own = grant.fields.filter { (kind.fields + kind.optionalFields).contains($0.key) }
            let entered = own.merging(wanted.fields) { $1 }
            let goesFurther = wanted.goesFurther(than: grant.record, with: own)
            let lacking = goesFurther ? kind.secretFields.filter { own[$0] != nil && wanted.fields[$0] == nil } : []
            let problems = CredentialRules.problems(of: next.record, fields: entered) + lacking.map(Self.needed)
            guard problems.isEmpty else { throw CredentialProblems(problems: problems) }
            if kind == .oauth2, goesFurther || OAuthContent.isAnotherClient(entered, than: own) {
                next.fields = entered
                next.record.state = OAuthContent(fields: entered).stateWithoutTokens
                next.record.reason = nil
            } else {
                next.fields.merge(wanted.fields) { $1 }
            }
            return next
        }?.record
    }

    private static func needed(_ field: String) -> Problem {
        Problem(
            code: "value-needed", pointer: "/fields/\(field)",
            message: "The change lets the credential be sent where it was not before, so “\(field)” is needed anew.",
            hint: "Only who knows a secret may say where else it goes.")
    }
}

extension CredentialChange {
    fileprivate func goesFurther(than record: CredentialRecord, with fields: [String: Secret]) -> Bool {
        let next = applied(to: record)
        return record.connector != nil && next.connector != record.connector
            || !Set(next.hosts).isSubset(of: record.hosts) || next.settings != record.settings
            || ["token_url", "authorize_url", "revoke_url"].contains { name in
                self.fields[name].map { $0 != fields[name] } ?? false
            }
    }
}
