import ArgumentParser

/// A running host that is asked about one credential.
struct CredentialHostOptions: ParsableArguments {
    @Argument(help: "Its name.") var name: String

    @Option(name: .customLong("host"), help: "Address of the host; its key is PATCHBAY_API_KEY.")
    var url = "http://127.0.0.1:8080"

    /// The path of its routes.
    func path() throws -> String {
        guard !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"/?#%".utf8.contains($0) }) else {
            throw CommandFailure("There is no credential `\(name)`. See: patchbay credential list")
        }
        return "/api/v1/credentials/" + name
    }
}
