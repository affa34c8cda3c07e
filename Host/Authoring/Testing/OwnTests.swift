/// The tests that a connector's author wrote in its own language.
package struct OwnTests: Sendable {
    private let project: ConnectorProject
    private let sdk: SDKFolder

    package init(_ project: ConnectorProject, sdk: SDKFolder) {
        self.project = project
        self.sdk = sdk
    }

    /// Runs them, their words shown as they come; false when one failed or they could not be built.
    package func run() async throws(AuthoringError) -> Bool {
        let ending = try await ProgramRun(
            program: "swift", arguments: ["test"], folder: project.folder,
            environment: ["PATCHBAY_SDK": sdk.path], output: .shown
        ).run()
        return ending.status == 0
    }
}

extension ConnectorProject {
    /// Whether there are tests in the connector's own language.
    package var hasOwnTests: Bool {
        language == .swift && AuthoringFiles.names(in: folder + "/Tests").contains { $0.hasSuffix(".swift") }
    }
}
