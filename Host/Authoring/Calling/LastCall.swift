package import PatchbayJSON

/// What an author called last, so that `patchbay connector dev` can do so again. Holds no secret: the credential's file is
/// named.
package struct LastCall: Sendable, Equatable {
    package var operation: String
    package var input: JSON
    package var settings: JSON
    package var credentialFile: String?

    package init(operation: String, input: JSON, settings: JSON = [:], credentialFile: String? = nil) {
        self.operation = operation
        self.input = input
        self.settings = settings
        self.credentialFile = credentialFile
    }

    /// Nil when nothing was called yet.
    package static func read(of project: ConnectorProject) -> LastCall? {
        guard let bytes = try? AuthoringFiles.read(project.lastCall), let json = try? JSON(parsing: bytes),
            let operation = json["operation"]?.string
        else { return nil }
        return LastCall(
            operation: operation, input: json["input"] ?? [:], settings: json["settings"] ?? [:],
            credentialFile: json["credential_file"]?.string)
    }

    package func write(to project: ConnectorProject) throws(AuthoringError) {
        var json: JSONObject = ["operation": .string(operation), "input": input, "settings": settings]
        json["credential_file"] = credentialFile.map(JSON.string)
        try AuthoringFiles.write(Array(JSON.object(json).prettyText.utf8), to: project.lastCall)
    }
}
