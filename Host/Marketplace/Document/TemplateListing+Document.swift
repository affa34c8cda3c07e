package import PatchbayCore

extension TemplateListing {
    /// What the list says of a document.
    package init(_ document: TemplateDocument, of version: TemplateVersion, at moment: Timestamp) {
        self.init(
            id: version.template, publisher: version.tenant, name: document.name, title: document.title,
            about: document.about, author: document.author, category: document.category.rawValue, tags: document.tags,
            connectors: document.connectors.map(\.connector), version: version.version, publishedAt: moment,
            updatedAt: moment)
    }
}
