/// What happened, in the words of the log: what it happened to, and what became of it. The words stand in chains that nobody
/// changes any more; they are only ever added to.
package enum AuditAction: String, Sendable, CaseIterable {
    // Who somebody is.
    case signedIn = "sign_in.succeeded"
    case signInFailed = "sign_in.failed"
    /// Too many attempts failed; further ones are not looked at for a while.
    case signInLocked = "sign_in.locked"
    case linkSent = "sign_in.link_sent"
    case sessionEnded = "session.ended"
    case sessionsEnded = "session.others_ended"
    case accountRegistered = "account.registered"
    case accountChanged = "account.changed"
    /// A provider may vouch for the account from now on, or no more.
    case identityLinked = "identity.linked"
    case identityUnlinked = "identity.unlinked"
    case passwordChanged = "password.changed"
    case totpPrepared = "totp.prepared"
    case totpEnabled = "totp.enabled"
    case totpDisabled = "totp.disabled"
    case keyCreated = "api_key.created"
    case keyRevoked = "api_key.revoked"
    /// Something was sent as a key that is none, or none any more.
    case keyRejected = "api_key.rejected"

    /// Somebody known asked for what they may not do.
    case accessRefused = "access.refused"

    case workflowCreated = "workflow.created"
    case workflowUpdated = "workflow.updated"
    case workflowDeleted = "workflow.deleted"
    case workflowPaused = "workflow.paused"
    case workflowResumed = "workflow.resumed"
    case pinsUpgraded = "workflow.connectors_upgraded"
    case pinsRolledBack = "workflow.connectors_rolled_back"

    case scheduleCreated = "schedule.created"
    case scheduleUpdated = "schedule.updated"
    case scheduleDeleted = "schedule.deleted"
    case schedulePaused = "schedule.paused"
    case scheduleResumed = "schedule.resumed"
    /// A run was started out of turn.
    case scheduleTriggered = "schedule.triggered"

    /// Somebody had a connector asked at once, or anew from the beginning.
    case pollHurried = "poll.hurried"
    case pollReset = "poll.reset"

    case webhookCreated = "webhook.created"
    case webhookUpdated = "webhook.updated"
    case webhookDeleted = "webhook.deleted"
    case webhookEnabled = "webhook.enabled"
    case webhookDisabled = "webhook.disabled"
    /// Its secret was replaced.
    case webhookRotated = "webhook.secret_rotated"
    case webhookTested = "webhook.tested"
    /// A delivery was signed with its secret, to be looked at or sent.
    case webhookSimulated = "webhook.simulated"
    case deliveryReplayed = "webhook.delivery_replayed"

    case runStarted = "run.started"
    case runCancelled = "run.cancelled"
    /// An event was sent to it, or an approval decided.
    case runSignalled = "run.signalled"
    case runRetried = "run.retried"
    case runsRetried = "run.retried_in_bulk"
    case deadLettersReplayed = "dead_letter.replayed"
    case deadLettersDismissed = "dead_letter.dismissed"

    case taskClaimed = "task.claimed"
    case taskReleased = "task.released"
    case taskCommented = "task.commented"
    case taskDelegated = "task.delegated"
    case taskDecided = "task.decided"

    case alertCreated = "alert.created"
    case alertUpdated = "alert.updated"
    case alertDeleted = "alert.deleted"
    case alertEnabled = "alert.enabled"
    case alertDisabled = "alert.disabled"
    /// A sample was sent.
    case alertTested = "alert.tested"

    case templateStored = "template.stored"
    case templateSubmitted = "template.submitted"
    case templateWithdrawn = "template.withdrawn"
    case templateDeprecated = "template.deprecated"
    /// What moderators decided.
    case templateApproved = "template.approved"
    case templateRejected = "template.rejected"
    case templateInstalled = "template.installed"
    case templateUpdated = "template.updated"
    case templateReverted = "template.reverted"
    case templateUninstalled = "template.uninstalled"
    case publisherChanged = "publisher.changed"
    case templateReported = "template.reported"
    case reviewWritten = "review.written"
    case reviewRemoved = "review.removed"
    /// What moderators decided.
    case reviewHidden = "review.hidden"
    case reviewRestored = "review.restored"
    case reviewReported = "review.reported"
    case reportResolved = "report.resolved"
    case reportDismissed = "report.dismissed"

    case indexAdded = "index.added"
    case indexChanged = "index.changed"
    case indexFetched = "index.fetched"
    case indexRemoved = "index.removed"

    case credentialCreated = "credential.created"
    case credentialUpdated = "credential.updated"
    case credentialDeleted = "credential.deleted"
    case credentialTested = "credential.tested"
    case credentialAuthorized = "credential.authorized"
    case credentialRevoked = "credential.revoked"
    case credentialRefreshed = "credential.refreshed"
    /// Its secret was opened, for the one purpose that the event names.
    case credentialUsed = "credential.used"
    case keysRotated = "vault.keys_rotated"

    case packageSubmitted = "package.submitted"
    case packageApproved = "package.approved"
    case packageRejected = "package.rejected"
    /// Its tenant put it on the list once it was approved, or took it back before it was.
    case packagePublished = "package.published"
    case packageWithdrawn = "package.withdrawn"
    /// It is not to be installed any more.
    case packageYanked = "package.yanked"
    case packageQuarantined = "package.quarantined"
    case packageRestored = "package.restored"

    case connectorInstalled = "connector.installed"
    case connectorEnabled = "connector.enabled"
    case connectorDisabled = "connector.disabled"
    case connectorResumed = "connector.resumed"
    case connectorRetired = "connector.retired"
    case connectorRemoved = "connector.removed"
    case connectorRolledBack = "connector.rolled_back"
    case connectorConfigured = "connector.configured"

    case memberInvited = "member.invited"
    case invitationRevoked = "invitation.revoked"
    case invitationAccepted = "invitation.accepted"
    case memberChanged = "member.changed"
    case memberRemoved = "member.removed"
    case roleChanged = "role.changed"
    case roleDeleted = "role.deleted"

    case tenantCreated = "tenant.created"
    case tenantUpdated = "tenant.updated"
    case tenantSuspended = "tenant.suspended"
    case tenantResumed = "tenant.resumed"
    case tenantExported = "tenant.exported"
    case tenantDeleted = "tenant.deleted"
    case limitsChanged = "tenant.limits_changed"

    case auditExported = "audit.exported"
    /// Something was changed for which there is no word of its own yet; the details say by which request.
    case changed = "installation.changed"
}
