import PatchbayCore

/// Refusals that more than one step of the load order comes to.
extension ConnectorRefusal {
    static func missingSymbol(have: String) -> ConnectorRefusal {
        ConnectorRefusal(
            .missingSymbol, have: have, need: ModuleEntry.symbol,
            hint: "Export the entry function; see the SDK's guide to writing a connector.")
    }

    static func glibcTooOld(have: GlibcVersion, need: GlibcVersion) -> ConnectorRefusal {
        ConnectorRefusal(
            .glibcTooOld, have: "glibc \(have)", need: "glibc \(need)",
            hint: "Use a newer distribution, or a build of the connector for older ones.")
    }

    static func abiMinor(least: Int) -> ConnectorRefusal {
        ConnectorRefusal(
            .abiMinor, have: "ABI \(ModuleEntry.major).\(ModuleEntry.minor)",
            need: "\(ModuleEntry.major).\(least) or newer",
            hint: "Upgrade Patchbay, or install an older version of the connector.")
    }

    static func libraryUnreadable(_ path: String, _ reason: String) -> ConnectorRefusal {
        ConnectorRefusal(
            .libraryUnreadable, have: "\(path): \(reason)", need: "a file that the host may read",
            hint: "Check the file's owner and mode.")
    }
}
