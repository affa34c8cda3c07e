package import PatchbayJSON

/// What an operator says of an index that is to be followed, as requests and commands take it.
package struct IndexReading: Sendable {
    /// Empty when there is none.
    package private(set) var name = ""
    package private(set) var change = IndexChange()
    /// All of them, with pointers into the body.
    package var problems: [Problem] { reader.problems }
    private var reader: MemberReader

    private static let longestURL = 2_000

    /// - Parameters:
    ///   - body: Its members that are null count as absent.
    ///   - isNew: Whether name, address and key must be there; else only what changes is, and the name stays.
    ///   - wrong: What is wrong with a public key; nil: nothing.
    package init(_ body: JSON, isNew: Bool, keys wrong: (String) -> String?) {
        let members = (body.object ?? [:]).reduce(into: JSONObject()) { if !$1.value.isNull { $0[$1.name] = $1.value } }
        reader = MemberReader(members, at: "", subject: "the index")
        if body.object == nil {
            reader.report("wrong-type", "the body must be an object, and this is \(body.article)")
        }
        reader.refuseUnknown(known: ["url", "key", "enabled", "interval"] + (isNew ? ["name"] : []))
        if isNew { readName() }
        change.url = reader.text("url", required: isNew, limit: Self.longestURL)
        if let url = change.url, let problem = Self.problem(of: url) {
            reader.report("bad-value", at: "url", problem, hint: "write https://templates.example.com/index.json")
        }
        change.key = reader.text("key", required: isNew, limit: 100)
        if let problem = change.key.flatMap(wrong) {
            reader.report("bad-value", at: "key", problem, hint: "`patchbay connector keygen` prints it")
        }
        change.isEnabled = reader.bool("enabled")
        change.interval = reader.duration("interval")
        let intervals = TemplateIndex.shortestInterval...TemplateIndex.longestInterval
        if let interval = change.interval, !intervals.contains(interval) {
            reader.report(
                "bad-value", at: "interval", "\"interval\" is from one minute to seven days", hint: "write 1h")
        }
    }

    private mutating func readName() {
        name = reader.text("name", required: true, limit: TemplateIndex.longestName) ?? ""
        let isName = name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D }
        guard !isName else { return }
        reader.report(
            "bad-value", at: "name", "\(name.quoted) is no name of an index",
            hint: "write lower-case letters, digits and -, such as acme")
    }

    /// A query or user information would be in the way of the files beside it, and show in messages.
    private static func problem(of url: String) -> String? {
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
            return "\"url\" begins with https:// or http://"
        }
        let isPlain = url.utf8.allSatisfy { (0x21...0x7E).contains($0) } && !url.contains { "?#@\\".contains($0) }
        guard isPlain else {
            return "\"url\" holds a blank, a query, user information, or what else an address must not"
        }
        guard url.drop(while: { $0 != ":" }).dropFirst(3).contains("/") else { return "\"url\" lacks a path" }
        return nil
    }
}
