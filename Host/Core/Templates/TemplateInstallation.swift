package import PatchbayJSON

/// A workflow that came from a template.
package struct TemplateInstallation: Sendable, Equatable {
    package var id: InstallationID
    package var tenant: TenantID
    package var template: TemplateID
    package var workflow: WorkflowID
    /// What the workflow is based on now.
    package var base: Base
    /// What it was based on before the last update, and which version of the workflow that was; nil: there is no way back.
    package var previous: Previous?
    package var installedBy: String
    package var installedAt: Timestamp
    package var updatedAt: Timestamp

    /// A version of the template with what was chosen for it.
    package struct Base: Sendable, Equatable {
        package var version: Version
        package var parameters: JSON
        /// Names of credentials by slots.
        package var credentials: JSON
        /// The workflow as the template alone makes it: what changes of people and of the template are told apart by.
        package var document: JSON

        package init(version: Version, parameters: JSON, credentials: JSON, document: JSON) {
            self.version = version
            self.parameters = parameters
            self.credentials = credentials
            self.document = document
        }
    }

    package struct Previous: Sendable, Equatable {
        package var base: Base
        package var workflowVersion: Int

        package init(base: Base, workflowVersion: Int) {
            self.base = base
            self.workflowVersion = workflowVersion
        }
    }

    package init(
        id: InstallationID, tenant: TenantID, template: TemplateID, workflow: WorkflowID, base: Base,
        previous: Previous? = nil, installedBy: String, installedAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.tenant = tenant
        self.template = template
        self.workflow = workflow
        self.base = base
        self.previous = previous
        self.installedBy = installedBy
        self.installedAt = installedAt
        self.updatedAt = updatedAt
    }
}
