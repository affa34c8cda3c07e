/// A folder of installed connectors, which a host on this machine watches.
package struct PluginsFolder: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// Copies a built version there, the manifest last, so that a host never sees half of it. Answers its folder.
    package func install(_ product: ConnectorBuild.Product) throws(AuthoringError) -> String {
        let target = "\(path)/\(product.id)/\(product.version)"
        let names = AuthoringFiles.names(in: product.folder)
        for name in names.filter({ $0 != "manifest.json" }) + ["manifest.json"] {
            try AuthoringFiles.write(try AuthoringFiles.read("\(product.folder)/\(name)"), to: "\(target)/\(name)")
        }
        return target
    }

    /// Removes the development versions of a connector before the newest few, which workflows may name.
    package func removeOld(of id: String, keeping count: Int = 3) {
        let folder = "\(path)/\(id)"
        let builds = AuthoringFiles.names(in: folder).compactMap { name -> (Int, String)? in
            guard let mark = name.firstRange(of: "dev."), let number = Int(name[mark.upperBound...]) else { return nil }
            return (number, name)
        }
        for (_, name) in builds.sorted(by: { $0.0 > $1.0 }).dropFirst(count) {
            AuthoringFiles.remove("\(folder)/\(name)")
        }
    }
}
