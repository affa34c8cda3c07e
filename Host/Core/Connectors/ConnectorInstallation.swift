/// A connector version that is installed for all hosts.
package struct ConnectorInstallation: Sendable, Equatable {
    /// The words stand in the database too; a test compares the lists.
    package enum State: String, Sendable, CaseIterable {
        /// Workflows that are saved without a version may get it.
        case enabled
        /// Only what names this version gets it: what is pinned to it goes on.
        case disabled
        /// As disabled, and it goes as soon as no workflow and no run needs it.
        case retiring
        /// It is gone.
        case removed
    }

    package var connector: String
    package var version: Version
    /// SHA-256 of its package, in lower-case hexadecimal.
    package var digest: String
    /// Bytes of its package.
    package var size: Int
    /// SHA-256 of the library in it.
    package var librarySHA256: String
    package var state: State
    /// Whether the operator lets it open connections of its own, as far as its manifest asks for that.
    package var mayConnect: Bool
    package var installedAt: Timestamp
    package var installedBy: String
    /// When and by whom its state was changed last.
    package var changedAt: Timestamp
    package var changedBy: String

    package init(
        connector: String, version: Version, digest: String, size: Int, librarySHA256: String,
        state: State = .enabled, mayConnect: Bool = false, installedAt: Timestamp, installedBy: String,
        changedAt: Timestamp? = nil, changedBy: String? = nil
    ) {
        self.connector = connector
        self.version = version
        self.digest = digest
        self.size = size
        self.librarySHA256 = librarySHA256
        self.state = state
        self.mayConnect = mayConnect
        self.installedAt = installedAt
        self.installedBy = installedBy
        self.changedAt = changedAt ?? installedAt
        self.changedBy = changedBy ?? installedBy
    }

    package var pin: ConnectorPin { ConnectorPin(connector: connector, version: version) }
}

/// A connector by id and exact version: `slack@1.0.0`.
package struct ConnectorPin: Hashable, Sendable, CustomStringConvertible {
    package var connector: String
    package var version: Version

    package init(connector: String, version: Version) {
        self.connector = connector
        self.version = version
    }

    package init?(_ text: String) {
        guard let at = text.firstIndex(of: "@"), at != text.startIndex,
            let version = Version(String(text[text.index(after: at)...]))
        else { return nil }
        self.init(connector: String(text[..<at]), version: version)
    }

    package var description: String { "\(connector)@\(version)" }
}

/// What a host says of the connectors it has.
package struct ConnectorReport: Sendable, Equatable {
    /// Milliseconds that a report is believed; a host tells more often.
    package static let life: Int64 = 20_000

    /// The process, such as `web-3-req_…`.
    package var host: String
    package var reportedAt: Timestamp
    package var connectors: [Entry]

    package struct Entry: Sendable, Equatable {
        package var connector: String
        package var version: String
        /// Of the library; nil where it could not be read.
        package var sha256: String?
        package var state: ConnectorListing.State
        package var refusal: ConnectorRefusal?

        package init(
            connector: String, version: String, sha256: String?, state: ConnectorListing.State,
            refusal: ConnectorRefusal? = nil
        ) {
            self.connector = connector
            self.version = version
            self.sha256 = sha256
            self.state = state
            self.refusal = refusal
        }

        package var isUsable: Bool { state != .refused }
    }

    package init(host: String, reportedAt: Timestamp, connectors: [Entry]) {
        self.host = host
        self.reportedAt = reportedAt
        self.connectors = connectors
    }
}

/// Who still needs a connector version: the first of them, and how many there are.
package struct ConnectorNeeds: Sendable, Equatable {
    package struct Workflow: Sendable, Equatable {
        package var id: WorkflowID
        package var tenant: TenantID
        package var name: String
        package var version: Int
        /// All connector versions that it names.
        package var pins: [ConnectorPin]

        package init(id: WorkflowID, tenant: TenantID, name: String, version: Int, pins: [ConnectorPin]) {
            self.id = id
            self.tenant = tenant
            self.name = name
            self.version = version
            self.pins = pins
        }
    }

    /// Those whose newest version names it.
    package var workflows: [Workflow]
    package var workflowCount: Int
    /// Those that have not ended.
    package var runs: [RunID]
    package var runCount: Int

    package init(workflows: [Workflow] = [], workflowCount: Int = 0, runs: [RunID] = [], runCount: Int = 0) {
        self.workflows = workflows
        self.workflowCount = workflowCount
        self.runs = runs
        self.runCount = runCount
    }

    package var isEmpty: Bool { workflowCount == 0 && runCount == 0 }
}
