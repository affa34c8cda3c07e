import PatchbayCore
package import PatchbayJSON

/// What a library says of itself, asked in a child.
package struct ProbeReport: Sendable, Equatable {
    package var id: String
    package var version: String
    /// The least minor of the host's ABI that it works with.
    package var leastMinor: Int
    /// The manifest's declared part.
    package var manifest: JSON
}

/// One line of the runner's findings.
struct ProbeLine {
    let index: Int
    let result: Result<ProbeReport, ConnectorRefusal>

    /// Nil when it is no finding of a runner that fits this host.
    init?(_ line: ArraySlice<UInt8>) {
        guard let json = try? JSON(parsing: Array(line)), json["probe"]?.int == Prober.revision,
            json["abi"]?.string == Prober.abi, let index = json["index"]?.int
        else { return nil }
        self.index = Int(index)
        if json["outcome"]?.string == "ok" {
            guard let id = json["id"]?.string, let version = json["version"]?.string,
                let minor = json["least_minor"]?.int, let text = json["manifest"]?.string
            else { return nil }
            result = Self.report(id: id, version: version, leastMinor: Int(minor), manifest: text)
        } else {
            guard let stage = json["stage"]?.string, let why = json["why"]?.string else { return nil }
            result = .failure(Self.refusal(stage, why))
        }
    }

    private static func report(
        id: String, version: String, leastMinor: Int, manifest: String
    ) -> Result<ProbeReport, ConnectorRefusal> {
        do throws(JSONError) {
            let limits = JSONLimits(bytes: Manifest.largest)
            let manifest = try JSON(parsing: manifest, limits: limits)
            return .success(ProbeReport(id: id, version: version, leastMinor: leastMinor, manifest: manifest))
        } catch {
            return .failure(
                ConnectorRefusal(
                    .probeRefused, have: "a library whose own manifest cannot be read: \(error)",
                    need: "JSON of at most \(Manifest.largest) bytes", hint: "Rebuild the connector with its SDK."))
        }
    }

    private static func refusal(_ stage: String, _ why: String) -> ConnectorRefusal {
        switch stage {
        case "open":
            ConnectorRefusal(
                .openFailed, have: "the dynamic linker says: \(why)", need: "a library that opens by itself",
                hint: "Link what it needs into the library, statically.")
        case "symbol":
            .missingSymbol(have: "no such symbol: \(why)")
        default:
            ConnectorRefusal(
                .probeRefused, have: "a trial in a child process that ended at `\(stage)`: \(why)",
                need: "a connector that opens, starts and stops with a host that offers only a log",
                hint: "Ask its author, or install another version.")
        }
    }
}
