/// What a `format` means for values.
package enum FormatChecking: Sendable {
    /// It describes what is meant and refuses nothing: what the standard has unless said otherwise.
    case annotation
    /// A text that is not of a known format is refused. Unknown formats still refuse nothing.
    case assertion
}
