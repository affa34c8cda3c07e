package import PatchbayCore

extension TemplateDocument {
    /// What is wrong with it on every host, whatever connectors there are: what no template may hold, and what does not go
    /// together within it.
    package var contentProblems: [Problem] {
        parameterProblems() + credentialProblems() + ReadMeCheck.problems(in: readMe, at: "/readme")
            + SecretScan.problems(in: json, slots: Set(credentials.map(\.name)))
    }
}
