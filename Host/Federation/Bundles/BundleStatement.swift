import PatchbayCore
import PatchbayJSON
import PatchbayModules
import PatchbaySecurity

/// What a bundle says of itself, and what is signed: the template's name and version, and the digest of every other file.
struct BundleStatement: Equatable {
    struct File: Equatable {
        var name: String
        /// 64 hexadecimal digits in lower case.
        var sha256: String
        var size: Int
    }

    var name: String
    var version: Version
    /// By name.
    var files: [File]

    /// Told apart from whatever else the same key signs.
    private static let kind = "patchbay-template-bundle"
    private static let format: Int64 = 1
    /// Bytes; 32 files take a tenth of it.
    static let largest = 64 << 10

    init(name: String, version: Version, files: [PackageFile]) {
        self.name = name
        self.version = version
        self.files = files.sorted { $0.name < $1.name }.map {
            File(name: $0.name, sha256: Digest.sha256Hex($0.bytes), size: $0.bytes.count)
        }
    }

    var bytes: [UInt8] {
        let files = files.map { file -> JSON in
            ["name": .string(file.name), "sha256": .string(file.sha256), "size": .int(Int64(file.size))]
        }
        let json: JSON = [
            "kind": .string(Self.kind), "format": .int(Self.format), "name": .string(name),
            "version": .string(version.description), "files": .array(files),
        ]
        return Array((json.prettyText + "\n").utf8)
    }

    init(parsing bytes: [UInt8]) throws(BundleRefusal) {
        guard bytes.count <= Self.largest else {
            throw BundleRefusal(
                .tooLarge, have: "a statement of \(bytes.count) bytes", need: "at most \(Self.largest)",
                hint: BundleRefusal.again)
        }
        let json: JSON
        do {
            json = try JSON(parsing: bytes, limits: JSONLimits(depth: 8, bytes: Self.largest))
        } catch {
            throw Self.malformed("a statement that is no JSON: \(error)")
        }
        guard let object = json.object, object["kind"]?.string == Self.kind else {
            throw Self.malformed("a statement of another kind")
        }
        guard object["format"]?.int == Self.format else {
            throw BundleRefusal(
                .newer, have: "a bundle of format \((object["format"] ?? .null).text.prefix(20))",
                need: "format \(Self.format)", hint: "Update Patchbay, or ask for a bundle of that format.")
        }
        var reader = MemberReader(object, at: "", subject: "the statement")
        reader.refuseUnknown(known: ["kind", "format", "name", "version", "files"])
        let name = reader.text("name", required: true, limit: 64)
        let version = reader.text("version", required: true, limit: 64).flatMap { Version($0) }
        let values = reader.array("files", required: true) ?? []
        if let problem = reader.problems.first { throw Self.malformed(problem.message) }
        guard let name, let version else { throw Self.malformed("a statement without a name and a version") }
        var files: [File] = []
        for value in values {
            guard let file = value["name"]?.string, PackageArchive.isName(file), let sha256 = value["sha256"]?.string,
                let size = value["size"]?.int, size >= 0, size <= Int64(PackageLimits().expanded)
            else { throw Self.malformed("a statement with a file that lacks name, sha256 or size") }
            files.append(File(name: file, sha256: sha256, size: Int(size)))
        }
        self.name = name
        self.version = version
        self.files = files
    }

    /// Whether these are the files, each as it was.
    func check(_ present: [PackageFile]) throws(BundleRefusal) {
        for file in present where !files.contains(where: { $0.name == file.name }) {
            throw BundleRefusal(
                .entry, have: "\(file.name), which \(TemplateBundle.statementName) does not name",
                need: "only files that it names", hint: BundleRefusal.again)
        }
        guard Set(files.map(\.name)).count == files.count else {
            throw BundleRefusal(
                .entry, have: "a statement that names a file twice", need: "each file once", hint: BundleRefusal.again)
        }
        for file in files {
            guard let found = present.first(where: { $0.name == file.name }) else {
                throw BundleRefusal(
                    .incomplete, have: "no \(file.name)", need: "all files that \(TemplateBundle.statementName) names",
                    hint: BundleRefusal.again)
            }
            let sha256 = Digest.sha256Hex(found.bytes)
            guard sha256 == file.sha256, found.bytes.count == file.size else {
                throw BundleRefusal(
                    .digestMismatch, have: "\(file.name) with sha256 \(sha256) and \(found.bytes.count) bytes",
                    need: "\(file.sha256) and \(file.size) bytes", hint: BundleRefusal.again)
            }
        }
    }

    private static func malformed(_ have: String) -> BundleRefusal {
        BundleRefusal(
            .malformed, have: have, need: "\(TemplateBundle.statementName) as `patchbay template export` writes it",
            hint: BundleRefusal.again)
    }
}
