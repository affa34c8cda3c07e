/// What a part of an expression of n8n stands for.
enum Meaning {
    case term(Term)
    /// A value whose members stand elsewhere.
    case shape(Shape)
    /// `$node["A"]`, `$('A')`
    case node(String)
    /// `$input`
    case input
    /// An item: its `json` is the value.
    case item(Items)
    /// A list of items.
    case items(Term)
    /// `Math`, `JSON`, `$env`, …
    case name(String)
}
