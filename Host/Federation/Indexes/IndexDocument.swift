package import PatchbayCore
package import PatchbayJSON
import PatchbayMarketplace
import PatchbayModules

/// What a signed index holds: the templates and connectors of a folder, each version with the digest of its file.
package struct IndexDocument: Sendable, Equatable {
    /// What its maker calls it.
    package var name: String
    /// Grows with every change: an older one in a newer one's place is noticed.
    package var serial: Int64
    /// By name, then version; connectors too.
    package var templates: [IndexedTemplate]
    package var connectors: [IndexedConnector]

    private static let format: Int64 = 1

    package init(name: String, serial: Int64, templates: [IndexedTemplate], connectors: [IndexedConnector]) {
        self.name = name
        self.serial = serial
        self.templates = templates
        self.connectors = connectors
    }

    package var json: JSON {
        [
            "format": .int(Self.format), "name": .string(name), "serial": .int(serial),
            "templates": .array(templates.map(\.entry)), "connectors": .array(connectors.map(\.entry)),
        ]
    }

    /// What is signed.
    package var bytes: [UInt8] { Array((json.prettyText + "\n").utf8) }

    /// Reads what a key has signed. Everything in it is still somebody else's.
    package init(parsing bytes: [UInt8]) throws(IndexFailure) {
        let json: JSON
        do {
            json = try JSON(parsing: bytes, limits: JSONLimits(depth: 64, bytes: IndexLimits.bytes))
        } catch {
            throw IndexFailure(.malformed, "The index is no JSON: \(error)")
        }
        guard let object = json.object else { throw IndexFailure(.malformed, "The index is no object.") }
        guard object["format"]?.int == Self.format else {
            throw IndexFailure(
                .newerFormat,
                "The index has the format \((object["format"] ?? .null).text.shortened(to: 20)), and this host knows "
                    + "\(Self.format). Update Patchbay.")
        }
        var reader = MemberReader(object, at: "", subject: "the index")
        let name = reader.text("name", required: true, limit: 64)
        let serial = reader.integer("serial", in: 1...(1 << 53), required: true)
        let (templates, connectors) = (
            reader.array("templates", required: true), reader.array("connectors", required: true)
        )
        guard let name, let serial, let templates, let connectors else {
            throw IndexFailure(.malformed, reader.problems.first?.message ?? "The index lacks members.")
        }
        let count = templates.count + connectors.count
        guard count <= IndexLimits.entries else {
            throw IndexFailure(
                .tooLarge,
                "The index has \(count) entries, and \(IndexLimits.entries) are the most. Divide it into several.")
        }
        self.name = name
        self.serial = serial
        self.templates = []
        self.connectors = []
        var seen: Set<String> = []
        for (index, value) in templates.enumerated() {
            let template = try IndexedTemplate(reading: value, at: "/templates/\(index)")
            guard seen.insert("t \(template.name) \(template.version)").inserted else {
                throw IndexFailure(
                    .malformed, "The index names the template \(template.name) \(template.version) twice.")
            }
            self.templates.append(template)
        }
        for (index, value) in connectors.enumerated() {
            let connector = try IndexedConnector(reading: value, at: "/connectors/\(index)")
            guard seen.insert("c \(connector.connector) \(connector.version)").inserted else {
                throw IndexFailure(
                    .malformed, "The index names the connector \(connector.connector) \(connector.version) twice.")
            }
            self.connectors.append(connector)
        }
    }
}
