package import PatchbayCore
package import PatchbayJSON

/// A workflow that others can install, with what it needs and what may be chosen. It is read, and not yet checked: see
/// `TemplateCheck`.
package struct TemplateDocument: Sendable, Equatable {
    /// Lower-case letters, digits and `-`, at most 64: what people type and addresses hold.
    package var name: String
    package var version: Version
    /// What people read; empty: the name.
    package var title: String
    package var about: String
    /// Who made it, as they call themselves.
    package var author: String
    package var category: TemplateCategory
    package var tags: [String]
    /// Address of a picture (https); nil: none.
    package var cover: String?
    package var credentials: [CredentialNeed]
    package var connectors: [ConnectorNeed]
    package var parameters: [TemplateParameter]
    package var workflow: JSON
    /// Markdown without HTML.
    package var readMe: String
    /// What a run can be tried with, and what should come of it: any JSON.
    package var sampleInput: JSON?
    package var expected: JSON?
    /// What is new in this version; empty: nothing to say.
    package var changes: String

    /// The canonical form.
    package var json: JSON {
        var json: JSONObject = ["name": .string(name), "version": .string(version.description)]
        for (member, text) in [("title", title), ("description", about), ("author", author)] where !text.isEmpty {
            json[member] = .string(text)
        }
        json["category"] = .string(category.rawValue)
        if !tags.isEmpty { json["tags"] = .array(tags.map(JSON.string)) }
        if let cover { json["cover"] = .string(cover) }
        if !credentials.isEmpty { json["required_credentials"] = .array(credentials.map(\.json)) }
        if !connectors.isEmpty { json["required_connectors"] = .array(connectors.map(\.json)) }
        if !parameters.isEmpty { json["parameters"] = .array(parameters.map(\.json)) }
        json["workflow"] = workflow
        if !readMe.isEmpty { json["readme"] = .string(readMe) }
        if let sampleInput { json["sample_input"] = sampleInput }
        if let expected { json["expected"] = expected }
        if !changes.isEmpty { json["changelog"] = .string(changes) }
        return .object(json)
    }

    package static let members = [
        "name", "version", "title", "description", "author", "category", "tags", "cover", "required_credentials",
        "required_connectors", "parameters", "workflow", "readme", "sample_input", "expected", "changelog",
    ]
}
