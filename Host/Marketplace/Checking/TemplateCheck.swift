package import PatchbayCore
package import PatchbayEngine
package import PatchbayJSON

/// Everything that must be right with a template before others can install it. Pure: the same document and catalogue give the
/// same answer.
package struct TemplateCheck: Sendable {
    private let planner: Planner

    package init(planner: Planner) { self.planner = planner }

    /// What checking a document gave.
    package struct Outcome: Sendable {
        /// Nil when it could not be read.
        package var document: TemplateDocument?
        /// All of them, with pointers into the document.
        package var problems: [Problem]
        /// The connector versions that the workflow gets on this host, sorted.
        package var pins: [ConnectorPin]

        package var isGood: Bool { document != nil && problems.isEmpty }
    }

    package func check(_ json: JSON) -> Outcome {
        let (document, problems) = TemplateDocument.read(json)
        guard let document else { return Outcome(document: nil, problems: problems, pins: []) }
        return check(document)
    }

    package func check(_ document: TemplateDocument) -> Outcome {
        let workflow = document.filled(with: document.samples)
        let planning = planner.plan(workflow, credentials: document.stand(in: workflow))
        let pins = ConnectorPin.all(in: planning.document).sorted { $0.description < $1.description }
        var problems = planning.problems.map { problem in
            var problem = problem
            problem.pointer = "/workflow" + problem.pointer
            return problem
        }
        problems += document.parameterProblems()
        problems += document.credentialProblems()
        problems += document.connectorProblems(workflow: workflow, pins: pins)
        problems += ReadMeCheck.problems(in: document.readMe, at: "/readme")
        problems += SecretScan.problems(in: document.json, slots: Set(document.credentials.map(\.name)))
        return Outcome(document: document, problems: problems, pins: pins)
    }
}

extension TemplateDocument {
    /// What the workflow is tried with.
    var samples: JSONObject { parameters.reduce(into: JSONObject()) { $0[$1.name] = $1.sample } }

    /// Credentials as the planner knows them, one for each slot. A slot that does not say what it takes is what the first node
    /// that names it needs, which only the planner knows: it counts as an OAuth client where an action names it, which fits most,
    /// and as a secret where a webhook does.
    func stand(in workflow: JSON) -> [CredentialRecord] {
        var signing: Set<String> = []
        _ = workflow.mappingNodes { node in
            let verify = node["config"]?["verify"]
            signing.formUnion([verify?["secret"], verify?["previous"]].compactMap { $0?.string })
            return node
        }
        return credentials.map { need in
            CredentialRecord(
                id: CredentialID(high: 0, low: 0), tenant: .initial, name: need.name,
                kind: need.kind ?? (signing.contains(need.name) ? .secret : .oauth2),
                connector: signing.contains(need.name) ? nil : need.connector, hosts: [], settings: [:],
                createdAt: Timestamp(milliseconds: 0))
        }
    }
}
