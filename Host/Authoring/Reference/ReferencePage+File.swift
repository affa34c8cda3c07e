package import PatchbayModules

extension ReferencePage {
    /// Writes a page; a file that has a part for it keeps the rest of its text.
    package static func write(_ manifest: Manifest, to path: String) throws(AuthoringError) {
        var text = ReferencePage(manifest).text
        if AuthoringFiles.exists(path) {
            let document = String(decoding: try AuthoringFiles.read(path), as: UTF8.self)
            text = ReferencePart.replaced(in: document, with: ReferencePage(manifest, level: 2).text) ?? text
        }
        try AuthoringFiles.write(Array(text.utf8), to: path)
    }
}
