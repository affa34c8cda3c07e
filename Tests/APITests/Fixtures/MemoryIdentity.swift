import PatchbayCore
import Synchronization

/// Accounts and members in memory, in one place because they know each other.
final class MemoryIdentity: AccountStore, MembershipStore {
    struct State {
        var tenants: [TenantID: String] = [.initial: "default"]
        var accounts: [AccountID: SignInRecord] = [:]
        var attempts: [AccountID: AttemptState] = [:]
        var recovery: [AccountID: Set<[UInt8]>] = [:]
        var links: [[UInt8]: (AccountID, Timestamp)] = [:]
        var identities: [(identity: ExternalIdentity, account: AccountID, at: Timestamp)] = []
        var answers: Set<[UInt8]> = []
        var sessions: [[UInt8]: SessionRecord] = [:]
        var memberships: [MembershipRecord] = []
        var roles: [TenantID: [String: CustomRole]] = [:]
        var invitations: [(record: InvitationRecord, digest: [UInt8])] = []
        var keys: [(record: APIKeyRecord, digest: [UInt8])] = []
        /// How often a session or key was asked for.
        var questions = 0
    }

    let state = Mutex(State())

    // MARK: Accounts

    func signIn(email: String) async throws -> SignInRecord? {
        state.withLock { $0.accounts.values.first { $0.account.email == email } }
    }

    func signIn(_ account: AccountID) async throws -> SignInRecord? { state.withLock { $0.accounts[account] } }

    func accounts(page: PageRequest) async throws -> Page<SignInRecord> {
        Page(items: state.withLock { $0.accounts.values.sorted { $0.account.id > $1.account.id } }, next: nil)
    }

    func setOperator(_ isOperator: Bool, _ account: AccountID) async throws -> Bool {
        state.withLock { state in
            guard state.accounts[account] != nil else { return false }
            state.accounts[account]?.account.isOperator = isOperator
            return true
        }
    }

    func setDisabled(_ isDisabled: Bool, _ account: AccountID, at now: Timestamp) async throws -> Bool {
        state.withLock { state in
            guard state.accounts[account] != nil else { return false }
            state.accounts[account]?.isDisabled = isDisabled
            return true
        }
    }

    func admitAttempt(of account: AccountID, at now: Timestamp, by rules: AttemptState.Rules) async throws -> Timestamp?
    {
        state.withLock { state in
            var attempts = state.attempts[account, default: AttemptState()]
            if let end = attempts.closed(at: now, by: rules) { return end }
            attempts.fail(at: now, by: rules)
            state.attempts[account] = attempts
            return nil
        }
    }

    func tenants(of account: AccountID) async throws -> [TenantID] {
        state.withLock { $0.memberships.filter { $0.account == account }.map(\.tenant) }
    }

    func forgetAttempts(of account: AccountID) async throws { state.withLock { $0.attempts[account] = nil } }

    func setPassword(_ hash: String, of account: AccountID) async throws {
        state.withLock { $0.accounts[account]?.passwordHash = hash }
    }

    func offerTOTP(_ sealed: [UInt8], of account: AccountID) async throws -> Bool {
        state.withLock { state in
            guard state.accounts[account]?.account.isTOTPActive == false else { return false }
            state.accounts[account]?.sealedTOTP = sealed
            return true
        }
    }

    func activateTOTP(of account: AccountID, step: Int64, recovery: [[UInt8]]) async throws -> Bool {
        state.withLock { state in
            guard state.accounts[account]?.account.isTOTPActive == false else { return false }
            state.accounts[account]?.account.isTOTPActive = true
            state.accounts[account]?.usedStep = step
            state.recovery[account] = Set(recovery)
            return true
        }
    }

    func removeTOTP(of account: AccountID) async throws {
        state.withLock { state in
            state.accounts[account]?.account.isTOTPActive = false
            state.accounts[account]?.sealedTOTP = nil
            state.recovery[account] = nil
        }
    }

    func useStep(_ step: Int64, of account: AccountID) async throws -> Bool {
        state.withLock { state in
            guard step > state.accounts[account]?.usedStep ?? -1 else { return false }
            state.accounts[account]?.usedStep = step
            return true
        }
    }

    func useRecoveryCode(_ digest: [UInt8], of account: AccountID) async throws -> Bool {
        state.withLock { $0.recovery[account]?.remove(digest) != nil }
    }

    func offerLink(
        _ digest: [UInt8], to email: String, until: Timestamp, at now: Timestamp, by rules: AttemptState.Rules
    ) async throws -> AccountID? {
        guard let found = try await signIn(email: email), !found.isDisabled,
            try await admitAttempt(of: found.account.id, at: now, by: rules) == nil
        else { return nil }
        try await addLink(digest, for: found.account.id, until: until)
        return found.account.id
    }

    func addLink(_ digest: [UInt8], for account: AccountID, until: Timestamp) async throws {
        state.withLock { $0.links[digest] = (account, until) }
    }

    func useLink(_ digest: [UInt8], at now: Timestamp) async throws -> AccountID? {
        state.withLock { state in
            guard let (account, until) = state.links.removeValue(forKey: digest), until > now else { return nil }
            return account
        }
    }

    func signIn(_ identity: ExternalIdentity) async throws -> SignInRecord? {
        state.withLock { state in
            state.identities.first { $0.identity == identity }.flatMap { state.accounts[$0.account] }
        }
    }

    func link(_ identity: ExternalIdentity, to account: AccountID, at now: Timestamp) async throws -> Bool {
        state.withLock { $0.link(identity, to: account, at: now) }
    }

    func identities(of account: AccountID) async throws -> [LinkedIdentity] {
        state.withLock { state in
            state.identities.filter { $0.account == account }.map {
                LinkedIdentity(identity: $0.identity, linkedAt: $0.at)
            }
        }
    }

    func unlink(_ identity: ExternalIdentity, from account: AccountID) async throws -> Bool {
        state.withLock { state in
            let before = state.identities.count
            state.identities.removeAll { $0.identity == identity && $0.account == account }
            return state.identities.count < before
        }
    }

    func useAnswer(_ digest: [UInt8], until: Timestamp, at now: Timestamp) async throws -> Bool {
        state.withLock { $0.answers.insert(digest).inserted }
    }

    func open(_ session: SessionRecord, digest: [UInt8]) async throws {
        state.withLock { $0.sessions[digest] = session }
    }

    func session(_ digest: [UInt8], at now: Timestamp) async throws -> SessionGrant? {
        state.withLock { state in
            state.questions += 1
            guard let session = state.sessions[digest], session.expiresAt > now,
                let found = state.accounts[session.account], !found.isDisabled
            else { return nil }
            let places = state.memberships.filter { $0.account == session.account }.map {
                SessionGrant.Place(
                    tenant: $0.tenant, tenantName: state.tenants[$0.tenant] ?? "", role: $0.role,
                    permissions: state.permissions(of: $0.role, in: $0.tenant))
            }
            return SessionGrant(session: session, account: found.account, places: places)
        }
    }

    func sessions(of account: AccountID, at now: Timestamp) async throws -> [SessionRecord] {
        state.withLock { state in
            state.sessions.values.filter { $0.account == account && $0.expiresAt > now }.sorted { $0.id > $1.id }
        }
    }

    func closeSession(_ id: SessionID, of account: AccountID) async throws -> Bool {
        state.withLock { state in
            let found = state.sessions.first { $0.value.id == id && $0.value.account == account }
            return found.map { state.sessions[$0.key] = nil } != nil
        }
    }

    func closeSessions(of account: AccountID, except kept: SessionID?) async throws -> Int {
        state.withLock { state in
            let before = state.sessions.count
            state.sessions = state.sessions.filter { $0.value.account != account || $0.value.id == kept }
            return before - state.sessions.count
        }
    }

    // MARK: Members

    func tenantName(_ tenant: TenantID) async throws -> String? { state.withLock { $0.tenants[tenant] } }

    func members(in tenant: TenantID) async throws -> [MemberRecord] {
        state.withLock { state in
            state.memberships.filter { $0.tenant == tenant }.compactMap { membership in
                state.accounts[membership.account].map {
                    MemberRecord(account: $0.account, role: membership.role, joinedAt: membership.createdAt)
                }
            }
        }
    }

    func setRole(_ role: String, of account: AccountID, in tenant: TenantID) async throws -> Bool {
        try state.withLock { state in
            guard let index = state.place(of: account, in: tenant) else { return false }
            if role != Role.owner.rawValue { try state.checkOwner(index) }
            state.memberships[index].role = role
            return true
        }
    }

    func remove(_ account: AccountID, from tenant: TenantID) async throws -> Bool {
        try state.withLock { state in
            guard let index = state.place(of: account, in: tenant) else { return false }
            try state.checkOwner(index)
            state.memberships.remove(at: index)
            state.keys.removeAll { $0.record.tenant == tenant && $0.record.createdBy == account }
            return true
        }
    }

    func invite(_ invitation: InvitationRecord, digest: [UInt8]) async throws {
        state.withLock { state in
            state.invitations.removeAll { $0.record.tenant == invitation.tenant && $0.record.email == invitation.email }
            state.invitations.append((invitation, digest))
        }
    }

    func invitations(in tenant: TenantID, at now: Timestamp) async throws -> [InvitationRecord] {
        state.withLock { $0.invitations.map(\.record).filter { $0.tenant == tenant && $0.expiresAt > now } }
    }

    func withdraw(_ invitation: InvitationID, in tenant: TenantID) async throws -> Bool {
        state.withLock { $0.take(invitation, in: tenant) }
    }

    func invitation(_ digest: [UInt8], in tenant: TenantID, at now: Timestamp) async throws -> InvitationRecord? {
        state.withLock { state in
            state.invitations.first { $0.digest == digest && $0.record.tenant == tenant && $0.record.expiresAt > now }?
                .record
        }
    }

    func accept(
        _ invitation: InvitationRecord, as account: AccountRecord, passwordHash: String, at now: Timestamp
    ) async throws -> Bool {
        try state.withLock { state in
            guard !state.accounts.values.contains(where: { $0.account.email == account.email }) else {
                throw MembershipConflict.emailTaken
            }
            guard state.take(invitation.id, in: invitation.tenant) else { return false }
            state.accounts[account.id] = SignInRecord(account: account, passwordHash: passwordHash)
            state.join(invitation, account.id, at: now)
            return true
        }
    }

    func accept(_ invitation: InvitationRecord, by account: AccountID, at now: Timestamp) async throws -> Bool {
        state.withLock { state in
            guard state.take(invitation.id, in: invitation.tenant) else { return false }
            state.join(invitation, account, at: now)
            return true
        }
    }

    func accept(
        _ identity: ExternalIdentity, as account: AccountRecord, otherwise: MembershipRecord?, at now: Timestamp
    ) async throws -> Bool {
        try state.withLock { state in
            let waiting = state.invitations.map(\.record).filter { $0.email == account.email && $0.expiresAt > now }
            guard !waiting.isEmpty || otherwise != nil else { return false }
            guard !state.accounts.values.contains(where: { $0.account.email == account.email }),
                state.link(identity, to: account.id, at: now)
            else { throw MembershipConflict.emailTaken }
            state.accounts[account.id] = SignInRecord(account: account)
            for invitation in waiting where state.take(invitation.id, in: invitation.tenant) {
                state.join(invitation, account.id, at: now)
            }
            if waiting.isEmpty, let otherwise { state.memberships.append(otherwise) }
            return true
        }
    }

    func roles(in tenant: TenantID) async throws -> [CustomRole] {
        state.withLock { ($0.roles[tenant] ?? [:]).values.sorted { $0.name < $1.name } }
    }

    func put(_ role: CustomRole, in tenant: TenantID, at now: Timestamp) async throws {
        state.withLock { $0.roles[tenant, default: [:]][role.name] = role }
    }

    func deleteRole(_ name: String, in tenant: TenantID) async throws -> Bool {
        try state.withLock { state in
            let used = state.memberships.count { $0.tenant == tenant && $0.role == name }
            if used > 0 { throw MembershipConflict.roleInUse(members: used) }
            return state.roles[tenant]?.removeValue(forKey: name) != nil
        }
    }

    func create(_ key: APIKeyRecord, digest: [UInt8]) async throws { state.withLock { $0.keys.append((key, digest)) } }

    func keys(in tenant: TenantID, of account: AccountID?) async throws -> [APIKeyRecord] {
        state.withLock { state in
            state.keys.map(\.record).filter { $0.tenant == tenant && (account == nil || $0.createdBy == account) }
        }
    }

    func deleteKey(_ id: APIKeyID, in tenant: TenantID, of account: AccountID?) async throws -> Bool {
        state.withLock { state in
            let before = state.keys.count
            state.keys.removeAll {
                $0.record.id == id && $0.record.tenant == tenant && (account == nil || $0.record.createdBy == account)
            }
            return state.keys.count < before
        }
    }

    func key(_ digest: [UInt8], in tenant: TenantID, at now: Timestamp) async throws -> APIKeyRecord? {
        state.withLock { state in
            state.questions += 1
            guard let index = state.keys.firstIndex(where: { $0.digest == digest && $0.record.tenant == tenant }),
                state.keys[index].record.expiresAt.map({ $0 > now }) ?? true
            else { return nil }
            state.keys[index].record.usedAt = now
            var key = state.keys[index].record
            if let maker = key.createdBy {
                guard let place = state.place(of: maker, in: tenant) else { return nil }
                key.permissions = key.permissions.intersection(
                    state.permissions(of: state.memberships[place].role, in: tenant))
            }
            return key
        }
    }
}

extension MemoryIdentity.State {
    func permissions(of role: String, in tenant: TenantID) -> PermissionSet {
        Role(rawValue: role)?.permissions ?? roles[tenant]?[role]?.permissions ?? []
    }

    func place(of account: AccountID, in tenant: TenantID) -> Int? {
        memberships.firstIndex { $0.tenant == tenant && $0.account == account }
    }

    func checkOwner(_ index: Int) throws {
        let membership = memberships[index]
        guard membership.role == Role.owner.rawValue else { return }
        let owners = memberships.count { $0.tenant == membership.tenant && $0.role == membership.role }
        if owners == 1 { throw MembershipConflict.lastOwner }
    }

    mutating func link(_ identity: ExternalIdentity, to account: AccountID, at now: Timestamp) -> Bool {
        guard !identities.contains(where: { $0.identity == identity }) else { return false }
        identities.append((identity, account, now))
        return true
    }

    mutating func take(_ invitation: InvitationID, in tenant: TenantID) -> Bool {
        let before = invitations.count
        invitations.removeAll { $0.record.id == invitation && $0.record.tenant == tenant }
        return invitations.count < before
    }

    mutating func join(_ invitation: InvitationRecord, _ account: AccountID, at now: Timestamp) {
        guard place(of: account, in: invitation.tenant) == nil else { return }
        memberships.append(
            MembershipRecord(tenant: invitation.tenant, account: account, role: invitation.role, createdAt: now))
    }
}
