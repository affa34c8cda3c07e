public import ConnectorSDK

/// Code in JavaScript by JavaScriptCore, which the distribution keeps up to date. In a process of its own, without network,
/// files and other objects than the language's.
public let javaScript = Connector(
    id: "javascript", version: "1.0.0", name: "JavaScript",
    summary: "Runs JavaScript on the data of a workflow, without network and files.", category: .utility,
    license: "Apache-2.0", documentation: "https://developer.mozilla.org/docs/Web/JavaScript/Reference",
    libraries: ["libjavascriptcoregtk-4.1"], isolation: .runner,
    // One call at a time in a process, so that what it fills is what the one call fills; and it may have to be ended.
    limits: Connector.Limits(concurrency: 16, timeout: .seconds(35), memory: 768, callsPerProcess: 1),
    actions: [Execute.self])
