import Glibc
package import Logging
import PatchbayCore

/// Packages that somebody puts into the plugins folder: they are installed for all hosts, as if they had been sent.
package struct DroppedPackages: Sendable {
    private let installer: PackageInstaller
    private let host: String
    private let logger: Logger

    /// What a package's file is called once it has been installed.
    static let done = ".installed"

    /// - Parameters:
    ///   - installer: One that does not wait for the follower that looks into the folder: that waits for this.
    ///   - host: The machine's name, to be noted.
    package init(installer: PackageInstaller, host: String, logger: Logger) {
        self.installer = installer
        self.host = host
        self.logger = logger
    }

    /// Installs the package in a file and renames that; one that is refused stays as it is, and is tried again when it changes.
    package func install(_ path: String) async {
        let limit = PackageLimits().size
        let content = await BlockingWork.run { () -> Result<[UInt8], FileSystem.Failure> in
            do throws(FileSystem.Failure) {
                return .success(try FileSystem.read(path, atMost: limit))
            } catch {
                return .failure(error)
            }
        }
        do {
            let outcome = try await installer.install(
                try content.get(), mayConnect: false, by: "plugins folder of \(host)")
            if case .installed(let installation) = outcome {
                logger.notice(
                    "Installed a connector", metadata: ["connector": "\(installation.pin)", "file": "\(path)"])
            }
            if rename(path, path + Self.done) != 0 {
                logger.info("an installed package could not be renamed", metadata: ["file": "\(path)"])
            }
        } catch {
            let reason = (error as? FileSystem.Failure)?.description ?? "\(error)"
            logger.warning("A package cannot be installed", metadata: ["file": "\(path)", "refusal": "\(reason)"])
        }
    }
}
