/// A macro, or one of the functions with an arrow, as people are told of it.
struct MacroGuide {
    /// What a macro is asked of.
    enum Owner {
        case list, collection, optional

        func takes(_ type: ValueType) -> Bool {
            switch (self, type) {
            case (_, .wrapper(let inner)): takes(inner)
            case (_, .dyn), (.list, .list), (.collection, .list), (.collection, .map), (.collection, .object),
                (.optional, .optional):
                true
            default: false
            }
        }
    }

    let name: String
    /// Nil of what stands alone.
    let owner: Owner?
    let signature: String
    let type: ValueType
    let about: String
    var space = ""

    /// - Parameter next: what stands behind it already.
    func item(next: UInt8?) -> CompletionItem {
        CompletionItem(
            name, .macro, type: type, signature: signature, about: about,
            insert: next == UInt8(ascii: "(") ? name : name + "(")
    }

    static let all: [MacroGuide] = ofNothing + ofCollections + ofLists + ofOptionals

    private static let ofNothing = [
        MacroGuide(
            name: "has", owner: nil, signature: "has(a.b) → bool", type: .bool,
            about: "Whether a member is there, without an error when it is not."),
        MacroGuide(
            name: "bind", owner: nil, signature: "cel.bind(name, value, expression) → any", type: .dyn,
            about: "Gives a value a name for one expression.", space: "cel."),
    ]

    private static let ofCollections = [
        MacroGuide(
            name: "all", owner: .collection,
            signature: "list.all(x, condition) → bool\nlist.all(x => condition) → bool",
            type: .bool, about: "Whether the condition holds for every element, or every key of a map."),
        MacroGuide(
            name: "exists", owner: .collection,
            signature: "list.exists(x, condition) → bool\nlist.exists(x => condition) → bool", type: .bool,
            about: "Whether the condition holds for any element, or any key of a map."),
        MacroGuide(
            name: "exists_one", owner: .collection, signature: "list.exists_one(x, condition) → bool", type: .bool,
            about: "Whether the condition holds for exactly one element, or one key of a map."),
        MacroGuide(
            name: "filter", owner: .collection,
            signature: "list.filter(x, condition) → list\nlist.filter(x => condition) → list", type: .list(.dyn),
            about: "The elements, or the keys of a map, for which the condition holds."),
        MacroGuide(
            name: "map", owner: .collection,
            signature: "list.map(x, value) → list\nlist.map(x, condition, value) → list\nlist.map(x => value) → list",
            type: .list(.dyn), about: "A list with a value for every element, or every key of a map."),
        MacroGuide(
            name: "transformList", owner: .collection, signature: "map.transformList(key, value, result) → list",
            type: .list(.dyn),
            about: "A list with a result for every entry of a map, or position and element of a list."),
        MacroGuide(
            name: "transformMap", owner: .collection, signature: "map.transformMap(key, value, result) → map",
            type: .map(.dyn, .dyn), about: "A map with the same keys and other values."),
        MacroGuide(
            name: "transformMapEntry", owner: .collection,
            signature: "map.transformMapEntry(key, value, {newKey: result}) → map", type: .map(.dyn, .dyn),
            about: "A map with other keys and values."),
    ]

    private static let ofLists = [
        MacroGuide(
            name: "sortBy", owner: .list, signature: "list.sortBy(x, key) → list\nlist.sortBy(x => key) → list",
            type: .list(.dyn), about: "The elements in the order of their keys, the least first."),
        MacroGuide(
            name: "find", owner: .list, signature: "list.find(x => condition) → any", type: .dyn,
            about: "The first element for which the condition holds; an error when there is none."),
        MacroGuide(
            name: "some", owner: .list, signature: "list.some(x => condition) → bool", type: .bool,
            about: "Whether the condition holds for any element."),
        MacroGuide(
            name: "every", owner: .list, signature: "list.every(x => condition) → bool", type: .bool,
            about: "Whether the condition holds for every element."),
        MacroGuide(
            name: "flatMap", owner: .list, signature: "list.flatMap(x => list) → list", type: .list(.dyn),
            about: "The lists that every element gives, joined to one."),
    ]

    private static let ofOptionals = [
        MacroGuide(
            name: "optMap", owner: .optional, signature: "optional.optMap(x, value) → optional", type: .optional(.dyn),
            about: "Another value where there is one, else nothing."),
        MacroGuide(
            name: "optFlatMap", owner: .optional, signature: "optional.optFlatMap(x, optional) → optional",
            type: .optional(.dyn), about: "Another optional where there is a value, else nothing."),
    ]
}
