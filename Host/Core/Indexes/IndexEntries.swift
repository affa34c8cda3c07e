package import PatchbayJSON

/// A file that an index names, in the folder of the index itself.
package struct IndexedFile: Sendable, Equatable {
    /// Letters, digits, `.`, `-` and `_`: it leads nowhere else.
    package var name: String
    /// 64 hexadecimal digits in lower case.
    package var sha256: String
    /// Bytes.
    package var size: Int

    package init(name: String, sha256: String, size: Int) {
        self.name = name
        self.sha256 = sha256
        self.size = size
    }
}

/// What an index says of a version of a template; the template itself is in the bundle.
package struct IndexedTemplate: Sendable, Equatable {
    package var name: String
    package var version: Version
    package var title: String
    package var about: String
    package var author: String
    /// One of the marketplace's words.
    package var category: String
    package var tags: [String]
    /// Ids of the connectors it needs.
    package var connectors: [String]
    package var file: IndexedFile
    /// All that the index says of it.
    package var entry: JSON

    package init(
        name: String, version: Version, title: String, about: String, author: String, category: String, tags: [String],
        connectors: [String], file: IndexedFile, entry: JSON
    ) {
        self.name = name
        self.version = version
        self.title = title
        self.about = about
        self.author = author
        self.category = category
        self.tags = tags
        self.connectors = connectors
        self.file = file
        self.entry = entry
    }
}

/// What an index says of a version of a connector.
package struct IndexedConnector: Sendable, Equatable {
    package var connector: String
    package var version: Version
    package var file: IndexedFile
    /// All that the index says of it, its permissions among that.
    package var entry: JSON

    package init(connector: String, version: Version, file: IndexedFile, entry: JSON) {
        self.connector = connector
        self.version = version
        self.file = file
        self.entry = entry
    }
}
