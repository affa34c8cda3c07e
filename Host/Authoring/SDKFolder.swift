/// Where the connector SDK lies: its sources come with Patchbay, so that building a connector fetches nothing.
package struct SDKFolder: Sendable, Equatable {
    package let path: String

    /// `PATCHBAY_SDK`, else beside the program (`../share/patchbay/ConnectorSDK`), else in the checkout that the program was
    /// built in.
    ///
    /// - Parameters:
    ///   - executable: The running program's own file.
    ///   - chosen: What `PATCHBAY_SDK` says.
    package static func find(executable: String, chosen: String?) throws(AuthoringError) -> SDKFolder {
        if let chosen, !chosen.isEmpty {
            guard isSDK(chosen) else {
                throw AuthoringError("PATCHBAY_SDK is \(chosen), which holds no connector SDK (no \(mark) in it).")
            }
            return SDKFolder(path: AuthoringFiles.absolute(chosen))
        }
        var folder = AuthoringFiles.parent(of: executable)
        var candidates = [AuthoringFiles.parent(of: folder) + "/share/patchbay/ConnectorSDK"]
        while folder.count > 1 {
            candidates.append(folder + "/ConnectorSDK")
            folder = AuthoringFiles.parent(of: folder)
        }
        guard let found = candidates.first(where: isSDK) else {
            throw AuthoringError(
                "The connector SDK is not where Patchbay is installed (\(candidates[0])). "
                    + "Name its folder by PATCHBAY_SDK.")
        }
        return SDKFolder(path: found)
    }

    package init(path: String) { self.path = path }

    private static let mark = "CPatchbay/include/patchbay.h"

    private static func isSDK(_ folder: String) -> Bool { AuthoringFiles.exists(folder + "/" + mark) }

    /// The ABI's headers, and those that make C shorter.
    var headers: [String] { [path + "/CPatchbay/include", path + "/C"] }

    /// Exports the entry symbol and nothing else.
    var versionScript: String { path + "/CPatchbay/connector.map" }
}
