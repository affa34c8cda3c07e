import PatchbayCore

/// What a connector's library must be like, decided from its bytes alone.
struct LibraryRules {
    var platform: HostPlatform
    var runtime: Manifest.Runtime
    /// Whether a folder exists; asked only of absolute run paths.
    var folderExists: (String) -> Bool
    /// What the manifest declares that the library needs of the system.
    var libraries: [SystemLibrary] = []

    /// Reads the image and holds it against the rules.
    func check(_ bytes: [UInt8]) throws(ConnectorRefusal) -> ELFImage {
        let image: ELFImage
        do throws(ELFError) {
            image = try ELFImage(bytes)
        } catch {
            throw error.refusal
        }
        if let refusal = refusal(of: image) { throw refusal }
        return image
    }

    func refusal(of image: ELFImage) -> ConnectorRefusal? {
        wrongKind(image) ?? wrongSymbols(image) ?? wrongDependencies(image) ?? wrongRunPath(image)
            ?? wrongMemory(image) ?? wrongGlibc(image)
    }

    private func wrongKind(_ image: ELFImage) -> ConnectorRefusal? {
        if image.machine != platform.machine {
            return ConnectorRefusal(
                .wrongArchitecture, have: "a library for \(image.machine)", need: platform.arch,
                hint: "Install the connector's build for \(platform.arch).")
        }
        if image.kind != .sharedObject || image.exports.isEmpty && image.needed.isEmpty {
            let have = image.kind == .sharedObject ? "a file without dynamic symbols" : "\(image.kind)"
            return ConnectorRefusal(
                .notSharedObject, have: have, need: "a shared object", hint: "Link the connector with -shared.")
        }
        return nil
    }

    private func wrongSymbols(_ image: ELFImage) -> ConnectorRefusal? {
        let others = image.exports.filter { $0 != entrySymbol }
        guard image.exports.contains(entrySymbol) else {
            let newer = others.filter { $0.hasPrefix("patchbay_connector_v") }
            guard newer.isEmpty else {
                return ConnectorRefusal(
                    .newerMajor, have: "a library for another major of the ABI: \(newer.joined(separator: ", "))",
                    need: entrySymbol, hint: "Upgrade Patchbay, or install an older version of the connector.")
            }
            return .missingSymbol(have: Self.shown(others))
        }
        guard !others.isEmpty else { return nil }
        return ConnectorRefusal(
            .extraSymbols, have: "\(entrySymbol) and \(Self.shown(others))", need: "\(entrySymbol) alone",
            hint:
                "Link with the version script connector.map of the connector SDK: names that two connectors export clash."
        )
    }

    /// The dynamic linker takes a library of the same name that is loaded already, whoever brought it: a second connector
    /// would silently get the first one's.
    private func wrongDependencies(_ image: ELFImage) -> ConnectorRefusal? {
        let others = image.needed.filter { !isAllowed($0) }
        guard !others.isEmpty else { return nil }
        let known = others.compactMap { name in SystemLibrary.allCases.first { $0.isNamed(name) } }
        if known.count == others.count {
            let names = known.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            return ConnectorRefusal(
                .privateDependency, have: "a library that needs \(others.joined(separator: ", ")) without saying so",
                need: "\(names) among the manifest's `permissions.libraries`",
                hint: "Declare it in the connector, and stage it anew.")
        }
        return ConnectorRefusal(
            .privateDependency, have: "a library that needs \(others.joined(separator: ", "))",
            need: "nothing but the C library"
                + (runtime == .swiftShared ? " and the host's Swift runtime (without Foundation)" : ""),
            hint: "Link it statically into the connector. Of the system's libraries it may declare "
                + "\(SystemLibrary.allCases.map(\.rawValue).joined(separator: ", ")).")
    }

    private func isAllowed(_ name: String) -> Bool {
        if Self.systemLibraries.contains(name) || libraries.contains(where: { $0.isNamed(name) }) { return true }
        guard runtime == .swiftShared, !name.contains("/") else { return false }
        return name == "libdispatch.so" || name == "libBlocksRuntime.so"
            || name.hasPrefix("libswift") && name.hasSuffix(".so")
    }

    /// `$ORIGIN` is the host's own store, where a library stands alone. Another folder could only serve to find what is not
    /// allowed, with one exception: SwiftPM writes the toolchain's folder into what shares the host's runtime. That is the
    /// host's own folder, or one that does not exist where the host was installed without a toolchain.
    private func wrongRunPath(_ image: ELFImage) -> ConnectorRefusal? {
        if !image.rpath.isEmpty {
            return ConnectorRefusal(
                .runPath, have: "DT_RPATH \(image.rpath.joined(separator: ":"))", need: "no run path, or $ORIGIN",
                hint: "Link the connector without -rpath, or with --enable-new-dtags.")
        }
        let others = image.runpath.filter { folder in
            if folder == "$ORIGIN" || folder == "${ORIGIN}" { return false }
            guard runtime == .swiftShared, folder.hasPrefix("/") else { return true }
            return folder != platform.swiftRuntime && folderExists(folder)
        }
        guard !others.isEmpty else { return nil }
        return ConnectorRefusal(
            .runPath, have: "DT_RUNPATH \(others.joined(separator: ":"))",
            need: runtime == .swiftShared
                ? "no run path, $ORIGIN, or the folder of the host's Swift runtime" : "no run path, or $ORIGIN",
            hint: "Link the connector without -rpath.")
    }

    private func wrongMemory(_ image: ELFImage) -> ConnectorRefusal? {
        if image.hasTextRelocations {
            return ConnectorRefusal(
                .textRelocations, have: "a library whose code must be rewritten to be loaded",
                need: "position-independent code", hint: "Compile the connector with -fPIC.")
        }
        guard image.needsExecutableStack else { return nil }
        return ConnectorRefusal(
            .executableStack, have: "a library that makes the host's stacks executable", need: "none",
            hint: "Link with -z noexecstack; assembler files need a .note.GNU-stack section.")
    }

    private func wrongGlibc(_ image: ELFImage) -> ConnectorRefusal? {
        guard let least = image.leastGlibc, least > platform.glibc else { return nil }
        return .glibcTooOld(have: platform.glibc, need: least)
    }

    private var entrySymbol: String { ModuleEntry.symbol }

    private static func shown(_ symbols: [String]) -> String {
        guard !symbols.isEmpty else { return "no exported symbol" }
        let more = symbols.count > 5 ? " and \(symbols.count - 5) more" : ""
        return "exported " + symbols.prefix(5).map { $0.prefix(100) }.joined(separator: ", ") + more
    }

    /// glibc's parts and the compilers' own, which every process here shares.
    private static let systemLibraries: Set<String> = [
        "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "ld-linux-x86-64.so.2",
        "ld-linux-aarch64.so.1", "libgcc_s.so.1", "libstdc++.so.6",
    ]
}

extension ELFError {
    var refusal: ConnectorRefusal {
        switch self {
        case .notELF(let beginning):
            ConnectorRefusal(
                .notELF, have: beginning.isEmpty ? "an empty file" : "a file that begins with \(beginning)",
                need: "an ELF shared object", hint: "Install the connector anew: this is not a library.")
        case .foreignForm(let form):
            ConnectorRefusal(
                .wrongArchitecture, have: "a library that is \(form)", need: "64 bits, least significant byte first",
                hint: "Install the connector's build for this machine.")
        case .truncated(let what):
            ConnectorRefusal(
                .truncatedELF, have: "a library that breaks off: \(what)", need: "the whole file",
                hint: "Install the connector anew: the copy is incomplete.")
        case .malformed(let what):
            ConnectorRefusal(
                .malformedELF, have: "a library that contradicts itself: \(what)", need: "a well-formed shared object",
                hint: "Install the connector anew, or ask its author.")
        }
    }
}
