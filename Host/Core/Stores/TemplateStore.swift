package import PatchbayJSON

/// Templates: those that a tenant makes, those that wait for moderators, and those that everybody can install.
package protocol TemplateStore: Sendable {
    // MARK: A tenant's own

    /// Stores a version, or replaces one that is a draft or was rejected. False: it was submitted and stays as it is.
    func put(_ version: TemplateVersion) async throws -> Bool
    func versions(of id: TemplateID, in tenant: TenantID) async throws -> [TemplateVersion]
    /// The newest versions of the tenant's templates.
    func templates(in tenant: TenantID, page: PageRequest) async throws -> Page<TemplateVersion>
    /// The tenant's template of that name; nil when there is none.
    func template(named name: String, in tenant: TenantID) async throws -> TemplateID?

    // MARK: Submissions

    /// Carries an event out, when it goes with the state, and lists the template where that becomes `published` or takes the
    /// version away where it becomes `withdrawn`, all in one transaction. `listing` is what the list is to say of that version;
    /// `version` its content. Throws `TemplateConflict`.
    func apply(_ event: SubmissionEvent, to change: SubmissionChange) async throws -> TemplateSubmission
    /// Submissions of all tenants in a state, the oldest first.
    func submissions(in state: SubmissionState, page: PageRequest) async throws -> Page<TemplateVersion>
    func submission(of id: TemplateID, version: Version) async throws -> TemplateVersion?

    // MARK: Published

    func search(_ search: TemplateSearch, page: PageRequest) async throws -> Page<TemplateListing>
    /// By id or by name.
    func listing(_ id: TemplateID) async throws -> TemplateListing?
    func listing(named name: String) async throws -> TemplateListing?
    /// Newest first by when they were published.
    func listedVersions(of id: TemplateID) async throws -> [ListedVersion]
    /// Nil: published it is not, or by another tenant.
    func deprecate(_ id: TemplateID, in tenant: TenantID, reason: String?, at: Timestamp) async throws
        -> TemplateListing?
}

/// What an event is to happen to, and what is known for that.
package struct SubmissionChange: Sendable {
    package var version: TemplateVersion
    /// What the list says once it is published.
    package var listing: TemplateListing
    /// Who does it.
    package var actor: String
    package var reasons: String
    package var at: Timestamp

    package init(version: TemplateVersion, listing: TemplateListing, actor: String, reasons: String = "", at: Timestamp)
    {
        self.version = version
        self.listing = listing
        self.actor = actor
        self.reasons = reasons
        self.at = at
    }
}

/// Why a submission is not what somebody wants it to be.
package enum TemplateConflict: Error, Equatable, Sendable {
    /// It is in another state; nil: a draft.
    case state(SubmissionState?)
    /// Another template that is published has the name.
    case nameTaken(String)
}

/// Installations of templates, within a tenant.
package protocol InstallationStore: Sendable {
    /// Stores the workflow and the installation in one transaction.
    func install(
        _ installation: TemplateInstallation, workflow: WorkflowRecord, document: JSON, webhooks: [WebhookRecord]
    ) async throws
    /// Stores the workflow's next version, when `expecting` is the newest, and the installation as it is then, in one
    /// transaction. Nil: one of them is not there.
    func update(
        _ installation: TemplateInstallation, name: String, about: String, document: JSON, webhooks: [WebhookRecord],
        expecting: Int, at: Timestamp
    ) async throws -> WorkflowRecord?
    /// Deletes the workflow and the installation in one transaction.
    func uninstall(_ id: InstallationID, in tenant: TenantID, at: Timestamp) async throws -> Bool
    func installation(_ id: InstallationID, in tenant: TenantID) async throws -> TemplateInstallation?
    func installations(in tenant: TenantID, page: PageRequest) async throws -> Page<TemplateInstallation>
}
