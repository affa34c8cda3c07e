import Testing

@Suite struct ExportedSymbolTests {
    @Test(arguments: ConnectorBench.ids)
    func `a library exports its entry and nothing else`(connector: String) {
        let library = BuildFolder.library(connector)
        let result = Command.run("nm -D --defined-only \(Command.quoted(library))")
        #expect(result.status == 0, "\(result.output)")
        let symbols = result.output.split(separator: "\n").compactMap { $0.split(separator: " ").last }
        #expect(symbols == ["patchbay_connector_v1"])
    }
}
