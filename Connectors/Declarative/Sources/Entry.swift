import CDeclarativeSlot
public import CPatchbay
package import ConnectorSDK
package import DeclarativeFormat
import PatchbayJSON

/// What the entry function of the generic library does: it serves the document that was put into it.
public func enterDeclarative(
    _ minor: UInt32, _ out: UnsafeMutablePointer<pb_module>?, _ why: UnsafeMutablePointer<CChar>?, _ room: UInt32
) -> Int32 {
    let size = patchbay_slot_size()
    guard size > 0 else {
        return refuseConnector(
            "This is the generic library of connectors without code, and no document was put into it. "
                + "Build a connector from one: patchbay connector build FOLDER", why, room)
    }
    guard size <= UInt64(ConnectorDocument.largest), let start = patchbay_slot_document() else {
        return refuseConnector("The library's document has an impossible size. Build the connector anew.", why, room)
    }
    do throws(JSONError) {
        let json = try JSON(parsing: UnsafeRawBufferPointer(start: start, count: Int(size)))
        let reading = ConnectorDocument.read(json)
        guard let document = reading.document else {
            let first = reading.problems.first?.description ?? ""
            return refuseConnector(
                "The library's document is not in order: \(first). Build the connector anew.", why, room)
        }
        return enterConnector(DescribedConnector(document), minor, out, why, room)
    } catch {
        return refuseConnector("The library's document is no JSON (\(error)). Build the connector anew.", why, room)
    }
}

extension DescribedConnector {
    /// A connector that does what a document says.
    package init(_ document: ConnectorDocument) {
        self.init(
            id: document.id, version: document.version, manifest: document.manifest(runtime: swiftRuntime),
            operations: document.actions.map { action in
                Operation(id: action.id, effect: Effect(rawValue: action.effect) ?? .write) { input, context in
                    try await ActionRun(document, action, input, context).run()
                }
            })
    }
}
