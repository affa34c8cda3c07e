package import PatchbayCore

/// The key that opens the whole API, until there are accounts. Only its digest is kept.
package struct AdminKey: Sendable {
    /// The variable that gives it.
    package static let variable = "PATCHBAY_ADMIN_KEY"
    /// Characters of the shortest that is accepted.
    package static let shortest = 16
    static let prefix = "pb_"

    private let digest: [UInt8]
    /// The key itself when it was created just now, so that it can be shown once; else nil.
    package let created: Secret?

    /// From the environment's variable, else from the file, else a new one that is written there with mode 0600. The
    /// file's folder must exist.
    package static func load(
        environment: [String: String], orCreateAt path: String
    ) throws(SecurityError) -> AdminKey {
        if let given = environment[variable], !given.isEmpty { return try AdminKey(given, from: variable) }
        let file = PrivateFile(path: path)
        if let content = try file.read() { return try AdminKey(content: content, path: path) }
        let fresh = prefix + Hexadecimal.text((0..<32).map { _ in UInt8.random(in: 0...255) })
        if try file.create(Array((fresh + "\n").utf8)) { return AdminKey(fresh, created: Secret(fresh)) }
        // Another process was faster; its key is the one.
        return try AdminKey(content: try file.read() ?? [], path: path)
    }

    /// Whether somebody presents this key; takes the same time for every wrong one of a length.
    package func matches(_ presented: String) -> Bool {
        Digest.areEqual(Digest.sha256(Array(presented.utf8)), digest)
    }

    private init(_ text: String, created: Secret? = nil) {
        digest = Digest.sha256(Array(text.utf8))
        self.created = created
    }

    private init(content: [UInt8], path: String) throws(SecurityError) {
        let text = String(decoding: content, as: UTF8.self)
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        let trimmed = text.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        try self.init(String(trimmed), from: path)
    }

    /// Checks what an operator gave.
    private init(_ text: String, from source: String) throws(SecurityError) {
        guard text.utf8.count >= Self.shortest, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw SecurityError(
                code: .malformed,
                message:
                    "the admin key in \(source) is shorter than \(Self.shortest) characters, or holds spaces or "
                    + "other than ASCII characters, which a header cannot carry. Choose another one, or take it "
                    + "away and a new one is made")
        }
        self.init(text)
    }
}
