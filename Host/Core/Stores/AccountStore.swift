/// An account with what it proves itself by; never leaves the host.
package struct SignInRecord: Sendable, Equatable {
    package var account: AccountRecord
    /// As `PasswordHash` writes it; nil: only links sign in.
    package var passwordHash: String?
    /// The secret of one-time codes, sealed; nil when there is none. Counts once `account.isTOTPActive`.
    package var sealedTOTP: [UInt8]?
    /// The step of the code that was used last.
    package var usedStep: Int64?
    package var isDisabled: Bool

    package init(
        account: AccountRecord, passwordHash: String? = nil, sealedTOTP: [UInt8]? = nil, usedStep: Int64? = nil,
        isDisabled: Bool = false
    ) {
        self.account = account
        self.passwordHash = passwordHash
        self.sealedTOTP = sealedTOTP
        self.usedStep = usedStep
        self.isDisabled = isDisabled
    }
}

/// Accounts, which belong to the installation, and how they sign in. Digests are those of `AccessToken`.
package protocol AccountStore: Sendable {
    func signIn(email: String) async throws -> SignInRecord?
    func signIn(_ account: AccountID) async throws -> SignInRecord?
    /// Where the account is a member, in no order; also asked for accounts that are not there.
    func tenants(of account: AccountID) async throws -> [TenantID]

    /// All of the installation, newest first.
    func accounts(page: PageRequest) async throws -> Page<SignInRecord>
    /// False when there is no such account.
    func setOperator(_ isOperator: Bool, _ account: AccountID) async throws -> Bool
    /// An account that is disabled signs in no more, and neither its sessions nor its keys open anything. False when
    /// there is no such account.
    func setDisabled(_ isDisabled: Bool, _ account: AccountID, at now: Timestamp) async throws -> Bool

    /// Counts an attempt before it is looked at, so that many at once do not go uncounted. Answers until when none is
    /// looked at, and then counts nothing; nil: go on.
    func admitAttempt(of account: AccountID, at now: Timestamp, by rules: AttemptState.Rules) async throws -> Timestamp?
    /// The attempt was right.
    func forgetAttempts(of account: AccountID) async throws

    func setPassword(_ hash: String, of account: AccountID) async throws

    /// Keeps a secret that is not in use before `activateTOTP`. False when one is in use already.
    func offerTOTP(_ sealed: [UInt8], of account: AccountID) async throws -> Bool
    /// Puts the offered secret into use, with the digests of new recovery codes in place of all older ones.
    func activateTOTP(of account: AccountID, step: Int64, recovery: [[UInt8]]) async throws -> Bool
    func removeTOTP(of account: AccountID) async throws
    /// False when a code of that step or a later one was used before.
    func useStep(_ step: Int64, of account: AccountID) async throws -> Bool
    /// False when there is no such code any more.
    func useRecoveryCode(_ digest: [UInt8], of account: AccountID) async throws -> Bool

    /// Adds a link for whoever has the address, and answers who that is; counts as an attempt, so that nobody's box is
    /// filled by others. Nil when nobody has it, the account is disabled, or too many were asked for. Does the same work in
    /// each case, so that the time it takes tells nothing.
    func offerLink(
        _ digest: [UInt8], to email: String, until: Timestamp, at now: Timestamp, by rules: AttemptState.Rules
    ) async throws -> AccountID?
    func addLink(_ digest: [UInt8], for account: AccountID, until: Timestamp) async throws
    /// Whose link it was; a link is good for once. Nil: there is none, or it has expired.
    func useLink(_ digest: [UInt8], at now: Timestamp) async throws -> AccountID?

    /// Whose way in it is.
    func signIn(_ identity: ExternalIdentity) async throws -> SignInRecord?
    /// False when somebody has it already.
    func link(_ identity: ExternalIdentity, to account: AccountID, at now: Timestamp) async throws -> Bool
    /// In the order in which they were linked.
    func identities(of account: AccountID) async throws -> [LinkedIdentity]
    func unlink(_ identity: ExternalIdentity, from account: AccountID) async throws -> Bool
    /// Notes that an answer of a provider was used. False when it was used before.
    func useAnswer(_ digest: [UInt8], until: Timestamp, at now: Timestamp) async throws -> Bool

    func open(_ session: SessionRecord, digest: [UInt8]) async throws
    /// Nil when it has expired, was closed, or the account was disabled.
    func session(_ digest: [UInt8], at now: Timestamp) async throws -> SessionGrant?
    /// Those that have not expired, newest first; at most 200.
    func sessions(of account: AccountID, at now: Timestamp) async throws -> [SessionRecord]
    func closeSession(_ id: SessionID, of account: AccountID) async throws -> Bool
    /// How many.
    func closeSessions(of account: AccountID, except: SessionID?) async throws -> Int
}

/// Who belongs to a tenant, and as what.
package protocol MembershipStore: Sendable {
    /// Nil when there is no such tenant.
    func tenantName(_ tenant: TenantID) async throws -> String?

    func members(in tenant: TenantID) async throws -> [MemberRecord]
    /// False when the account is no member. Throws `MembershipConflict`.
    func setRole(_ role: String, of account: AccountID, in tenant: TenantID) async throws -> Bool
    /// With its API keys. False when the account is no member. Throws `MembershipConflict`.
    func remove(_ account: AccountID, from tenant: TenantID) async throws -> Bool

    func invite(_ invitation: InvitationRecord, digest: [UInt8]) async throws
    /// Those that have not expired, newest first.
    func invitations(in tenant: TenantID, at now: Timestamp) async throws -> [InvitationRecord]
    func withdraw(_ invitation: InvitationID, in tenant: TenantID) async throws -> Bool
    func invitation(_ digest: [UInt8], in tenant: TenantID, at now: Timestamp) async throws -> InvitationRecord?
    /// Makes the account, and a member of it. False when the invitation is gone. Throws
    /// `MembershipConflict.emailTaken`.
    func accept(
        _ invitation: InvitationRecord, as account: AccountRecord, passwordHash: String, at now: Timestamp
    ) async throws -> Bool
    /// Makes an account that is there a member. False when the invitation is gone.
    func accept(_ invitation: InvitationRecord, by account: AccountID, at now: Timestamp) async throws -> Bool

    /// Makes an account for somebody whose address a provider vouches for, and a member of each tenant that has invited
    /// the address; where none has, the member that `otherwise` says. False when that is nil too; nothing is made then.
    /// Throws `MembershipConflict.emailTaken`.
    func accept(
        _ identity: ExternalIdentity, as account: AccountRecord, otherwise: MembershipRecord?, at now: Timestamp
    ) async throws -> Bool

    /// By name.
    func roles(in tenant: TenantID) async throws -> [CustomRole]
    func put(_ role: CustomRole, in tenant: TenantID, at now: Timestamp) async throws
    /// False when there is no such role. Throws `MembershipConflict.roleInUse`.
    func deleteRole(_ name: String, in tenant: TenantID) async throws -> Bool

    func create(_ key: APIKeyRecord, digest: [UInt8]) async throws
    /// Newest first. Nil: everybody's.
    func keys(in tenant: TenantID, of account: AccountID?) async throws -> [APIKeyRecord]
    func deleteKey(_ id: APIKeyID, in tenant: TenantID, of account: AccountID?) async throws -> Bool
    /// A key that has not expired, with no more permissions than its maker has now, and notes that it was used. Nil
    /// also when its maker is no member any more.
    func key(_ digest: [UInt8], in tenant: TenantID, at now: Timestamp) async throws -> APIKeyRecord?
}

/// Why a tenant's members, roles or invitations stay as they are.
package enum MembershipConflict: Error, Sendable, Equatable {
    /// A tenant without an owner could never get one again.
    case lastOwner
    case emailTaken
    case roleInUse(members: Int)
    /// A role that is neither one of `Role` nor one of the tenant's.
    case unknownRole(String)
}
