public import CPatchbay
import ConnectorSDK
import RSSConnector

@c(patchbay_connector_v1)
public func entry(
    _ minor: UInt32, _ out: UnsafeMutablePointer<pb_module>?, _ why: UnsafeMutablePointer<CChar>?, _ room: UInt32
) -> Int32 { enterConnector(rss, minor, out, why, room) }
