import PatchbayJSON

/// A folder with a connector's sources, as `patchbay connector new` makes it.
package struct ConnectorProject: Sendable, Equatable {
    package let folder: String
    package let language: ConnectorLanguage

    /// Throws when the folder holds no connector.
    package static func open(_ folder: String) throws(AuthoringError) -> ConnectorProject {
        guard AuthoringFiles.isFolder(folder) else { throw AuthoringError("There is no folder \(folder).") }
        guard let project = find(folder) else {
            throw AuthoringError(
                "\(folder) holds no connector: no Package.swift, connector.json or connector.yaml. "
                    + "Make one: patchbay connector new acme --language swift")
        }
        return project
    }

    /// Nil when the folder holds no connector.
    package static func find(_ folder: String) -> ConnectorProject? {
        let absolute = AuthoringFiles.absolute(folder)
        let marks: [(String, ConnectorLanguage)] = [
            ("Package.swift", .swift), ("connector.json", .c), ("connector.yaml", .declarative),
            ("connector.yml", .declarative),
        ]
        // The SDK's own package, with connectors of its own, is not one connector's.
        guard !AuthoringFiles.isFolder(absolute + "/ConnectorSDK/CPatchbay") else { return nil }
        return marks.first { AuthoringFiles.exists(absolute + "/" + $0.0) }.map {
            let isDocument = $0.1 == .c && DocumentFile.isDocument(absolute + "/" + $0.0)
            return ConnectorProject(folder: absolute, language: isDocument ? .declarative : $0.1)
        }
    }

    /// Everything that is built, below the folder.
    package var output: String { folder + "/build" }

    /// `<id>/<version>` of what was built last.
    package var plugins: String { output + "/plugins" }

    /// What was called last, so that it can be called again.
    package var lastCall: String { output + "/last-call.json" }

    package var recordings: String { folder + "/Tests/Recordings" }

    /// Id and version of what was built last; nil when nothing was.
    package var built: (id: String, version: String)? {
        guard let text = try? AuthoringFiles.read(output + "/built.json"), let json = try? JSON(parsing: text),
            let id = json["id"]?.string, let version = json["version"]?.string
        else { return nil }
        return (id, version)
    }
}
