package import PatchbayCore
package import PatchbayJSON

/// A workflow of a tenant as the beginning of a template: credentials became slots, pinned versions became ranges, and
/// constants are offered as parameters. What people read is theirs to write.
package struct TemplateDraft: Sendable {
    /// The template's document.
    package var document: JSON
    /// Constants that could be parameters.
    package var offers: [ConstantOffer]

    /// - Parameters:
    ///   - workflow: As it is stored, with every version pinned.
    ///   - credentials: Those of the tenant.
    ///   - chosen: Pointers, into the workflow, of constants that become parameters; others than are offered are passed over.
    package init(
        of workflow: JSON, credentials: [CredentialRecord], name: String, author: String, category: TemplateCategory,
        chosen: Set<String> = []
    ) {
        let slots = Self.slots(of: workflow)
        let pins = ConnectorPin.all(in: workflow).sorted { $0.description < $1.description }
        offers = ConstantOffer.all(in: workflow)
        let parameters = offers.filter { chosen.contains($0.pointer.description) }
        var open = workflow
        for offer in parameters { open = open.replacing(offer.pointer, by: .string(offer.placeholder)) }
        open = SlotMapping(names: slots).map(Self.unpinned(open))
        let known = Dictionary(credentials.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let needs = slots.sorted { $0.value < $1.value }.map { credential, slot in
            CredentialNeed(name: slot, connector: known[credential]?.connector, kind: known[credential]?.kind)
        }
        let about = workflow["description"]?.string ?? ""
        let template = TemplateDocument(
            name: name, version: Version(major: 1, minor: 0, patch: 0), title: workflow["name"]?.string ?? "",
            about: about.isEmpty ? "What it does, in a sentence" : about.shortened(to: 900), author: author,
            category: category, tags: [], cover: nil, credentials: needs, connectors: Self.needs(pins),
            parameters: parameters.map(\.parameter), workflow: open, readMe: "", sampleInput: nil, expected: nil,
            changes: "")
        document = template.json
    }

    /// `team-slack` becomes `TEAM_SLACK`; where two would become the same, they are numbered.
    private static func slots(of workflow: JSON) -> [String: String] {
        var slots: [String: String] = [:]
        for name in SlotMapping.names(in: workflow).sorted() {
            let base = String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
            var slot = base
            var number = 2
            while slots.values.contains(slot) {
                slot = "\(base)_\(number)"
                number += 1
            }
            slots[name] = slot
        }
        return slots
    }

    /// Of several versions of one connector the lowest says what is needed.
    private static func needs(_ pins: [ConnectorPin]) -> [ConnectorNeed] {
        Dictionary(grouping: pins, by: \.connector).sorted { $0.key < $1.key }.map { connector, pins in
            let lowest = pins.map(\.version).min()
            let range = lowest.map { $0.prerelease.isEmpty ? "^\($0)" : $0.description }
            return ConnectorNeed(connector: connector, versions: range ?? "*")
        }
    }

    private static func unpinned(_ workflow: JSON) -> JSON {
        workflow.mappingNodes { node in
            var node = node
            ConnectorUse.open(&node)
            if case .object(var compensation)? = node["compensate"] {
                ConnectorUse.open(&compensation)
                node["compensate"] = .object(compensation)
            }
            return node
        }
    }
}
