package import PatchbayJSON

/// The files of a new connector: one source that its author reads and changes, and what it takes to build and test it.
package struct Scaffold: Sendable {
    package struct File: Sendable, Equatable {
        /// From the connector's folder.
        package var path: String
        package var text: String
    }

    package let name: ConnectorName
    package let language: ConnectorLanguage
    package let files: [File]
    /// What its author calls first.
    package let action: String

    package init(_ name: ConnectorName, in language: ConnectorLanguage, sdk: SDKFolder) throws(AuthoringError) {
        self.name = name
        self.language = language
        action = language == .declarative ? "get_order" : "hello"
        switch language {
        case .swift: files = Self.swift(name, sdk)
        case .c: files = Self.c(name)
        case .declarative: files = Self.declarative(name)
        }
    }

    /// Of a connector without code, whose document is there already.
    package init(_ name: ConnectorName, document: JSON, first action: String) {
        self.name = name
        language = .declarative
        self.action = action
        let text = "# Described in ConnectorSDK/Docs/declarative.md.\n" + YAMLText.of(document)
        files = [File(path: "connector.yaml", text: text), Self.ignored]
    }

    /// The file that the author begins with.
    package var source: String { files[0].path }

    /// Writes all files into a folder that does not exist yet, or is empty.
    package func write(to folder: String) throws(AuthoringError) {
        if AuthoringFiles.exists(folder) {
            guard AuthoringFiles.isFolder(folder), AuthoringFiles.names(in: folder).isEmpty else {
                throw AuthoringError("\(folder) exists already. Choose another name, or remove it.")
            }
        }
        for file in files { try AuthoringFiles.write(Array(file.text.utf8), to: folder + "/" + file.path) }
    }

    /// A recording that every language's scaffold brings along: its first test.
    static func greeting(of name: ConnectorName) -> File {
        File(
            path: "Tests/Recordings/hello.json",
            text: """
                {
                  "operation": "hello",
                  "input": {"name": "Ada"},
                  "output": {"greeting": "Hello, Ada!"}
                }

                """)
    }

    static let ignored = File(path: ".gitignore", text: ".build/\nbuild/\n")
}
