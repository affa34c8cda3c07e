package import PatchbayJSON

/// A published template, as everybody finds it: what its newest version says of itself, and what became of it.
package struct TemplateListing: Sendable, Equatable {
    package var id: TemplateID
    /// The tenant that published it.
    package var publisher: TenantID
    /// What that says of itself; nil: nothing.
    package var profile: PublisherProfile.Reference?
    /// Unique among all that are published.
    package var name: String
    package var title: String
    package var about: String
    package var author: String
    package var category: String
    package var tags: [String]
    /// Ids of the connectors it needs.
    package var connectors: [String]
    /// The newest that is published.
    package var version: Version
    /// How many installations there are now, and were ever.
    package var active: Int
    package var installs: Int
    package var rating: TemplateRating
    /// Why it should not be installed any more; nil: it may.
    package var deprecation: String?
    /// Name of the index that offers it; nil: it was published here.
    package var index: String?
    package var publishedAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: TemplateID, publisher: TenantID, profile: PublisherProfile.Reference? = nil, name: String, title: String,
        about: String, author: String,
        category: String, tags: [String], connectors: [String], version: Version, active: Int = 0, installs: Int = 0,
        rating: TemplateRating = TemplateRating(), deprecation: String? = nil, index: String? = nil,
        publishedAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.publisher = publisher
        self.profile = profile
        self.name = name
        self.title = title
        self.about = about
        self.author = author
        self.category = category
        self.tags = tags
        self.connectors = connectors
        self.version = version
        self.active = active
        self.installs = installs
        self.rating = rating
        self.deprecation = deprecation
        self.index = index
        self.publishedAt = publishedAt
        self.updatedAt = updatedAt
    }
}

/// A published version of a template; immutable.
package struct ListedVersion: Sendable, Equatable {
    package var template: TemplateID
    package var version: Version
    /// Of one that was not fetched yet, only its name and version.
    package var document: JSON
    package var publishedAt: Timestamp
    /// Whether it is not offered any more.
    package var isWithdrawn: Bool
    /// False: only an index has it yet.
    package var isFetched: Bool

    package init(
        template: TemplateID, version: Version, document: JSON, publishedAt: Timestamp, isWithdrawn: Bool = false,
        isFetched: Bool = true
    ) {
        self.template = template
        self.version = version
        self.document = document
        self.publishedAt = publishedAt
        self.isWithdrawn = isWithdrawn
        self.isFetched = isFetched
    }
}

/// What somebody looks for among the published templates.
package struct TemplateSearch: Sendable, Equatable {
    package enum Order: String, Sendable, CaseIterable {
        /// By how well the words fit, and how often it was installed; without words as `installs`.
        case relevance
        case installs
        /// The newest first.
        case date
        /// By `TemplateRating.score`.
        case rating
    }

    /// Words, each of which must occur, or one like it; empty: any.
    package var words: [String]
    package var category: String?
    package var tag: String?
    package var connector: String?
    package var author: String?
    package var publisher: PublisherID?
    package var order: Order

    /// More say no more.
    package static let mostWords = 8
    private static let longestWord = 40

    package init(
        _ text: String = "", category: String? = nil, tag: String? = nil, connector: String? = nil,
        author: String? = nil, publisher: PublisherID? = nil, order: Order = .relevance
    ) {
        words = Array(Self.words(of: text).prefix(Self.mostWords))
        self.category = category
        self.tag = tag
        self.connector = connector
        self.author = author
        self.publisher = publisher
        self.order = order
    }

    /// The words of a text, in lower case: letters and digits of any script.
    package static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map { String($0.prefix(longestWord)) }
    }
}
