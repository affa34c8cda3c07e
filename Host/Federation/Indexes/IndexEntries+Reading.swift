import PatchbayCore
import PatchbayJSON
import PatchbayMarketplace
import PatchbayModules

extension IndexedTemplate {
    init(reading value: JSON, at place: String) throws(IndexFailure) {
        var reader = try MemberReader(entry: value, at: place)
        let name = reader.text("name", required: true, limit: 64)
        let version = reader.version()
        let title = reader.text("title")
        let about = reader.text("description", required: true, limit: 1_000)
        let author = reader.text("author", limit: 100)
        let category = reader.word("category", of: TemplateCategory.self, required: true)
        let tags = reader.names("tags", most: TemplateLimits.tags) { $0.string }
        let connectors = reader.names("connectors", most: TemplateLimits.needs) { $0["id"]?.string }
        let file = reader.file(ending: TemplateBundle.fileExtension)
        guard reader.problems.isEmpty, let name, let version, let about, let category, let file else {
            throw reader.failure
        }
        guard Self.isName(name) else {
            throw IndexFailure(
                .malformed, "\(place): \(name.quoted) is no name of a template; these are letters, digits and `-`.")
        }
        self.init(
            name: name, version: version, title: title ?? "", about: about, author: author ?? "",
            category: category.rawValue, tags: tags, connectors: connectors, file: file, entry: value)
    }

    /// Lower-case letters, digits and `-`: as documents have it.
    private static func isName(_ name: String) -> Bool {
        name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}

extension IndexedConnector {
    init(reading value: JSON, at place: String) throws(IndexFailure) {
        var reader = try MemberReader(entry: value, at: place)
        let connector = reader.text("id", required: true, limit: 63)
        let version = reader.version()
        let file = reader.file(ending: ConnectorPackage.fileExtension)
        guard reader.problems.isEmpty, let connector, let version, let file else { throw reader.failure }
        self.init(connector: connector, version: version, file: file, entry: value)
    }
}

extension MemberReader {
    fileprivate init(entry value: JSON, at place: String) throws(IndexFailure) {
        guard let object = value.object else { throw IndexFailure(.malformed, "\(place) is no object.") }
        guard value.bytes().count <= IndexLimits.entry else {
            throw IndexFailure(.tooLarge, "\(place) has more than \(IndexLimits.entry) bytes.")
        }
        self.init(object, at: place, subject: place)
    }

    fileprivate var failure: IndexFailure {
        IndexFailure(.malformed, problems.first.map { "\($0.pointer): \($0.message)" } ?? "\(pointer) lacks members.")
    }

    fileprivate mutating func version() -> Version? {
        guard let text = text("version", required: true, limit: 64) else { return nil }
        guard let version = Version(text) else {
            report("bad-value", at: "version", "\(text.quoted) is no version")
            return nil
        }
        return version
    }

    fileprivate mutating func names(_ member: String, most: Int, _ read: (JSON) -> String?) -> [String] {
        let values = array(member) ?? []
        let names = values.compactMap(read).filter {
            !$0.isEmpty && $0.unicodeScalars.count <= 100 && !$0.utf8.contains(0)
        }
        if names.count != values.count || values.count > most {
            report("bad-value", at: member, "\(member.quoted) holds what it must not, or more than \(most)")
        }
        return names
    }

    fileprivate mutating func file(ending: String) -> IndexedFile? {
        let name = text("file", required: true, limit: 100)
        let sha256 = text("sha256", required: true, limit: 64)
        let size = integer("size", in: 1...Int64(PackageLimits().size), required: true)
        guard let name, let sha256, let size else { return nil }
        guard PackageArchive.isName(name), name.hasSuffix("." + ending) else {
            report("bad-value", at: "file", "\(name.quoted) is no name of a .\(ending) file beside the index")
            return nil
        }
        guard sha256.utf8.count == 64,
            sha256.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else {
            report("bad-value", at: "sha256", "\"sha256\" is not 64 hexadecimal digits in lower case")
            return nil
        }
        return IndexedFile(name: name, sha256: sha256, size: Int(size))
    }
}
