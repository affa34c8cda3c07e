import PatchbayCore
import PatchbayEngine
import PatchbayJSON
import PatchbayMarketplace

/// What an installation of a template would be: the workflow, and everything that is still missing for it.
struct InstallationPlan {
    let document: TemplateDocument
    let choices: TemplateChoices
    /// Of all parameters, chosen and standard.
    let values: JSONObject
    /// Of the workflow as it would be stored.
    let planning: Planning
    /// With pointers into the request's body, or into the workflow below `/workflow`.
    let problems: [Problem]
    /// Of which no version is here that fits.
    let missing: [ConnectorNeed]
    private let candidates: [(slot: String, names: [String])]

    init(
        _ document: TemplateDocument, _ choices: TemplateChoices, planner: Planner, inventory: any ConnectorInventory,
        credentials: [CredentialRecord]
    ) {
        self.document = document
        self.choices = choices
        let (values, wrong) = document.values(for: choices.parameters)
        self.values = values
        var problems = wrong
        missing = document.connectors.filter { need in
            !inventory.versions(of: need.connector).contains { need.range.contains($0) }
        }
        problems += missing.map { need in
            Problem(
                code: "missing-connector", pointer: "/template_id",
                message: "no version of the connector \(need.connector.quoted) is installed that fits \(need.versions)",
                hint: "a dry run says whether you may install it with the template; else an operator does")
        }
        let open = document.credentials.filter { choices.credentials[$0.name] == nil }
        candidates = open.map { need in (need.name, credentials.filter(need.mayBe).map(\.name).sorted()) }
        problems += candidates.map { slot, names in
            Problem(
                code: "missing-credential", pointer: "/credentials",
                message: "the slot \(slot.quoted) has no credential",
                hint: names.first.map { "name one of yours, such as \($0.quoted)" } ?? "make one first")
        }
        for slot in choices.credentials.keys.sorted() where !document.credentials.contains(where: { $0.name == slot }) {
            problems.append(
                Problem(
                    code: "unknown-slot", pointer: "/credentials/" + slot.pointerEscaped,
                    message: "the template has no slot \(slot.quoted)",
                    hint: Suggestion.hint(
                        for: slot, among: document.credentials.map(\.name), known: "slots are")))
        }
        planning = planner.plan(
            document.installable(with: values, choices: choices), credentials: credentials, workflows: [])
        // What the slots and connectors above already say is not said again for each node.
        let isWhole = open.isEmpty && missing.isEmpty
        let isTold: Set<String> = ["unknown-credential", "unknown-connector", "unknown-version"]
        problems += planning.problems.filter { !isTold.contains($0.code) || isWhole }.map {
            var problem = $0
            problem.pointer = "/workflow" + problem.pointer
            return problem
        }
        self.problems = problems
    }

    var base: TemplateInstallation.Base {
        TemplateInstallation.Base(
            version: document.version, parameters: .object(values),
            credentials: .object(
                choices.credentials.sorted { $0.key < $1.key }.reduce(into: JSONObject()) {
                    $0[$1.key] = .string($1.value)
                }), document: planning.document)
    }

    /// Whether something stands in the way besides connectors that are missing.
    var isObstructed: Bool { problems.contains { $0.code != "missing-connector" } }

    /// What a dry run answers.
    func json(_ inventory: any ConnectorInventory, _ offers: [ConnectorOffers.Offer]) -> JSON {
        let preview = TemplatePreview(document: document, inventory: inventory)
        return [
            "ready": .bool(problems.isEmpty), "problems": .problems(problems),
            "missing": [
                "connectors": .array(
                    offers.map { offer in
                        .object((preview.connector(offer.need).object ?? [:]).with("offer", offer.json))
                    }),
                "credentials": .array(
                    candidates.map { ["slot": .string($0), "candidates": .array($1.map(JSON.string))] }),
            ],
            "connectors": .array(document.connectors.map(preview.connector)), "workflow": planning.document,
        ]
    }
}

extension CredentialNeed {
    /// Whether somebody may mean this credential.
    fileprivate func mayBe(_ record: CredentialRecord) -> Bool {
        let fits = kind.map { record.kind.fits($0) } ?? true
        return fits && (record.connector == nil || connector == nil || record.connector == connector)
    }
}
