import CPatchbay

/// The ABI that this host speaks.
package enum ModuleEntry {
    package static let symbol = PB_ENTRY_SYMBOL
    package static let major = Int(PB_ABI_MAJOR)
    package static let minor = Int(PB_ABI_MINOR)
}
