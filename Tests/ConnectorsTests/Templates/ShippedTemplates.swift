import FoundationEssentials
import PatchbayAuthoring
import PatchbayJSON

/// The templates that come with a host.
enum ShippedTemplates {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Host/Templates")

    static let files =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".yaml") }
        .sorted()

    static func read(_ file: String) throws -> JSON {
        try YAMLReading.read(Array(try Data(contentsOf: folder.appendingPathComponent(file))), name: file)
    }
}
