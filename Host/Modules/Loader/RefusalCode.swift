import PatchbayCore

/// Why a connector cannot be used, as a stable word: it stands in listings, answers and logs, and in the operations guide.
package enum RefusalCode: String, Sendable, CaseIterable {
    // The package it comes in.
    case packageTooLarge = "package-too-large"
    case packageMalformed = "package-malformed"
    case packageEntry = "package-entry"
    case packageIncomplete = "package-incomplete"
    case versionTaken = "version-taken"
    // The manifest and its place.
    case manifestMissing = "manifest-missing"
    case manifestUnreadable = "manifest-unreadable"
    case manifestInvalid = "manifest-invalid"
    case folderMismatch = "folder-mismatch"
    case platformMismatch = "platform-mismatch"
    case glibcTooOld = "glibc-too-old"
    case abiMajor = "abi-major"
    case abiMinor = "abi-minor"
    case signatureMissing = "signature-missing"
    case signatureInvalid = "signature-invalid"
    // The library's bytes.
    case libraryMissing = "library-missing"
    case libraryUnreadable = "library-unreadable"
    case digestMismatch = "digest-mismatch"
    case notELF = "not-elf"
    case truncatedELF = "truncated-elf"
    case malformedELF = "malformed-elf"
    case wrongArchitecture = "wrong-architecture"
    case notSharedObject = "not-shared-object"
    case missingSymbol = "missing-symbol"
    case extraSymbols = "extra-symbols"
    case newerMajor = "newer-major"
    case privateDependency = "private-dependency"
    case runPath = "run-path"
    case textRelocations = "text-relocations"
    case executableStack = "executable-stack"
    // Its behaviour in a child.
    case probeUnavailable = "probe-unavailable"
    case probeCrashed = "probe-crashed"
    case probeTimeout = "probe-timeout"
    case probeRefused = "probe-refused"
    case checkFailed = "check-failed"
    // Its behaviour in the host.
    case storeFailed = "store-failed"
    case openFailed = "open-failed"
    case entryRefused = "entry-refused"
    case incompleteModule = "incomplete-module"
    case idMismatch = "id-mismatch"
    case versionMismatch = "version-mismatch"
    case manifestMismatch = "manifest-mismatch"
    case startFailed = "start-failed"
    // Its life.
    case notInstalled = "not-installed"
    case retired
}

extension ConnectorRefusal {
    init(_ code: RefusalCode, have: String, need: String, hint: String) {
        self.init(code: code.rawValue, have: have, need: need, hint: hint)
    }
}
