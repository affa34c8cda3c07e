import PatchbayCore
package import PatchbayJSON
import PatchbayModules
package import PatchbayOutbound

/// One round of `patchbay connector dev`: build under a new prerelease number, install beside what is there, call again.
package struct DevelopmentRound: Sendable {
    package let build: ConnectorBuild
    /// Puts the package into a host; answers where it is.
    private let install: @Sendable (ConnectorBuild.Product) async throws -> String
    private let client: (any RequestSender)?

    package init(
        _ build: ConnectorBuild, client: (any RequestSender)?,
        install: @escaping @Sendable (ConnectorBuild.Product) async throws -> String
    ) {
        self.build = build
        self.client = client
        self.install = install
    }

    package struct Report: Sendable {
        package var product: ConnectorBuild.Product
        package var installed: String
        /// Nil when nothing has been called yet.
        package var call: (what: LastCall, result: Result<JSON, AuthoringError>)?
    }

    package func run() async throws -> Report {
        let product = try await build.run()
        let installed = try await install(product)
        var report = Report(product: product, installed: installed)
        guard let last = LastCall.read(of: build.project) else { return report }
        do {
            let output = try await call(last, product)
            report.call = (last, .success(output))
        } catch let failure as OperationFailure {
            report.call = (last, .failure(AuthoringError(failure.explained)))
        } catch {
            report.call = (last, .failure(AuthoringError("\(error)")))
        }
        return report
    }

    private func call(_ last: LastCall, _ product: ConnectorBuild.Product) async throws -> JSON {
        var surroundings = LocalConnector.Surroundings(settings: last.settings, sender: client)
        if let file = last.credentialFile {
            surroundings.credential = try GivenCredential(try JSON(parsing: try AuthoringFiles.read(file)))
        }
        let connector = try await LocalConnector.open(
            product.id, version: product.version.description, in: build.project.plugins, prober: build.prober)
        do {
            let output = try await connector.call(last.operation, last.input, in: surroundings).output
            await connector.close()
            return output
        } catch {
            await connector.close()
            throw error
        }
    }
}
