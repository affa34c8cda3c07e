/// What the parser takes beside CEL. No dialect changes the meaning of a text that is CEL.
enum Dialect: Sendable {
    case cel
    /// Also names that begin with `$`, and functions as arguments: `x => x.name`, `(x, i) => i`.
    case templates
}
