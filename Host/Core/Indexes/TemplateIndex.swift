import PatchbayJSON

/// An index of templates and connectors that this installation follows: somewhere on a web server, signed by a key.
package struct TemplateIndex: Sendable, Equatable {
    package var id: IndexID
    /// What stands before the names of its templates: `acme:deployment-notifier`. Lower-case letters, digits and `-`.
    package var name: String
    /// Of `index.json`; what it names lies beside it.
    package var url: String
    /// The Ed25519 public key (base64) that must have signed it.
    package var key: String
    package var isEnabled: Bool
    /// Milliseconds from one reading to the next.
    package var interval: Int64
    package var progress: IndexProgress
    /// When it is read next.
    package var nextAt: Timestamp
    package var createdBy: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package static let shortestInterval: Int64 = 60_000
    package static let usualInterval: Int64 = 3_600_000
    package static let longestInterval: Int64 = 7 * 86_400_000
    package static let longestName = 32

    package init(
        id: IndexID, name: String, url: String, key: String, isEnabled: Bool = true, interval: Int64 = usualInterval,
        progress: IndexProgress = IndexProgress(), nextAt: Timestamp, createdBy: String, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.url = url
        self.key = key
        self.isEnabled = isEnabled
        self.interval = interval
        self.progress = progress
        self.nextAt = nextAt
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// What its templates are called here. Templates of this installation hold no colon, so that neither takes the other's name.
    package func listed(_ template: String) -> String { "\(name):\(template)" }

    /// What people see first.
    package var state: String {
        if !isEnabled { return "disabled" }
        if progress.error != nil { return "failing" }
        return progress.changedAt == nil ? "new" : "active"
    }
}

/// How far following an index has come: what the last good reading held, and what became of the last one.
package struct IndexProgress: Sendable, Equatable {
    /// What the index calls itself; nil before the first good reading.
    package var title: String?
    package var serial: Int64?
    /// SHA-256 of what was signed; nil: it is to be taken anew.
    package var digest: String?
    /// As the server gave it.
    package var etag: String?
    package var templates: Int
    package var connectors: Int
    /// Readings in a row that failed.
    package var failures: Int
    /// Of the last reading, where it failed.
    package var error: IndexFailure?
    /// When it was read last, with whatever outcome.
    package var checkedAt: Timestamp?
    /// When what is offered now was taken.
    package var changedAt: Timestamp?

    package init(
        title: String? = nil, serial: Int64? = nil, digest: String? = nil, etag: String? = nil, templates: Int = 0,
        connectors: Int = 0, failures: Int = 0, error: IndexFailure? = nil, checkedAt: Timestamp? = nil,
        changedAt: Timestamp? = nil
    ) {
        self.title = title
        self.serial = serial
        self.digest = digest
        self.etag = etag
        self.templates = templates
        self.connectors = connectors
        self.failures = failures
        self.error = error
        self.checkedAt = checkedAt
        self.changedAt = changedAt
    }
}

/// What an operator wants to be different about an index; what is nil stays.
package struct IndexChange: Sendable, Equatable {
    package var url: String?
    package var key: String?
    package var isEnabled: Bool?
    package var interval: Int64?

    package init(url: String? = nil, key: String? = nil, isEnabled: Bool? = nil, interval: Int64? = nil) {
        self.url = url
        self.key = key
        self.isEnabled = isEnabled
        self.interval = interval
    }
}

/// A version of a template that an index offers, and where it is fetched from.
package struct IndexedRelease: Sendable, Equatable {
    package var index: TemplateIndex
    package var name: String
    package var version: Version
    package var file: IndexedFile

    package init(index: TemplateIndex, name: String, version: Version, file: IndexedFile) {
        self.index = index
        self.name = name
        self.version = version
        self.file = file
    }
}
