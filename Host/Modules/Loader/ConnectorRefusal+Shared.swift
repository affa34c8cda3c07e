import PatchbayCore
import PatchbayJSON

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

    static func cannotOpen(_ reason: String) -> ConnectorRefusal {
        ConnectorRefusal(
            .openFailed, have: "the dynamic linker says: \(reason)", need: "a library that opens by itself",
            hint: "Link what it needs into the library, statically.")
    }

    static func entryRefused(_ reason: String, _ status: Int32) -> ConnectorRefusal {
        ConnectorRefusal(
            .entryRefused, have: reason.isEmpty ? "its entry answered \(status) without a reason" : reason,
            need: "a connector that accepts ABI \(ModuleEntry.major).\(ModuleEntry.minor)",
            hint: "Install a version of the connector that fits this host.")
    }

    static func incomplete(_ why: String) -> ConnectorRefusal {
        ConnectorRefusal(
            .incompleteModule, have: "an incomplete module. \(why)",
            need: "the first release's struct with `manifest`, `start`, `invoke` and `cancel`",
            hint: "Rebuild the connector with its SDK.")
    }

    static func unreadableManifest(_ error: JSONError) -> ConnectorRefusal {
        ConnectorRefusal(
            .manifestMismatch, have: "a library whose own manifest cannot be read: \(error)",
            need: "the manifest beside it", hint: "Rebuild the connector with its SDK.")
    }

    static func startFailed(_ status: Int32) -> ConnectorRefusal {
        ConnectorRefusal(
            .startFailed, have: "a start that answered \(status)", need: "PB_OK",
            hint: "Look into the host's log for what the connector said, or ask its author.")
    }
}
