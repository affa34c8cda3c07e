package import PatchbayCore
package import PatchbaySecurity

/// What the API knows people by.
package struct IdentityParts: Sendable {
    package var accounts: any AccountStore
    package var members: any MembershipStore
    package var hashing: PasswordHashing
    /// Seals the secrets of one-time codes.
    package var key: SealingKey
    /// Nil: letters cannot be sent.
    package var mail: (any MailSender)?
    /// Who vouches for people, in the operator's order.
    package var providers: [OpenIDProvider]

    package init(
        accounts: any AccountStore, members: any MembershipStore, hashing: PasswordHashing, key: SealingKey,
        mail: (any MailSender)?, providers: [OpenIDProvider] = []
    ) {
        self.accounts = accounts
        self.members = members
        self.hashing = hashing
        self.key = key
        self.mail = mail
        self.providers = providers
    }
}
