/// The tests that a connector's author wrote in its own language.
package struct OwnTests: Sendable {
    private let project: ConnectorProject
    private let sdk: SDKFolder

    package init(_ project: ConnectorProject, sdk: SDKFolder) {
        self.project = project
        self.sdk = sdk
    }

    /// Runs them, their words shown as they come; false when one failed or could not be built. In Swift that is
    /// `swift test`, in C every program `Tests/*.c`.
    package func run() async throws(AuthoringError) -> Bool {
        guard project.language == .swift else {
            var hasPassed = true
            for source in project.ownTests {
                let build = CBuild(project: project, sdk: sdk, development: nil)
                if try await !build.test("Tests/" + source) { hasPassed = false }
            }
            return hasPassed
        }
        let ending = try await ProgramRun(
            program: "swift", arguments: ["test"], folder: project.folder,
            environment: ["PATCHBAY_SDK": sdk.path], output: .shown
        ).run()
        return ending.status == 0
    }
}

extension ConnectorProject {
    /// Whether there are tests in the connector's own language.
    package var hasOwnTests: Bool { !ownTests.isEmpty }

    /// Files of `Tests` in the connector's own language.
    var ownTests: [String] {
        let ending = language == .swift ? ".swift" : ".c"
        return AuthoringFiles.names(in: folder + "/Tests").filter { $0.hasSuffix(ending) }
    }
}
