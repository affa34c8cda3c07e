public import PatchbayJSON

/// A JSON object whose members are the type's `@Field` properties: inputs, outputs, settings, and objects within them.
///
/// ```swift
/// struct Input: Fields {
///     @Field("Where to post.") var channel: String
///     @Field("How many at most.", .range(1...100), default: 20) var limit: Int
///     @Field("Only issues with this label.") var label: String?
/// }
/// ```
///
/// A property's member has its name in snake case. A member is required unless its type is optional or it has a default.
/// All stored properties must be `@Field`s; the manifest cannot be built otherwise.
public protocol Fields: FieldValue {
    /// What the compiler makes by itself for a struct of `@Field`s.
    init()
}

extension Fields {
    /// A value with its members set: `Output { $0.ts = ts }`. Members that are not set and have no default must be optional.
    public init(_ fill: (inout Self) -> Void) {
        self.init()
        fill(&self)
    }

    public static var schema: JSON { FieldTable.of(Self.self).schema }

    /// Reads an object. Members that no property has are refused, so that a slip of the pen is noticed.
    public static func read(_ json: JSON?) throws(FieldProblems) -> Self {
        try read(json, by: FieldTable.of(Self.self))
    }

    /// The same for callers that have looked the table up already.
    static func read(_ json: JSON?, by table: FieldTable) throws(FieldProblems) -> Self {
        guard let json else { throw FieldProblems("is missing") }
        guard case .object(let object) = json else {
            throw FieldProblems("is \(json.kind.article), needs an object")
        }
        let reader = FieldReader(object: object, names: table.names)
        let value = FieldScope.with(reader) { Self() }
        try reader.finish()
        return value
    }

    public var json: JSON? {
        let table = FieldTable.of(Self.self)
        var object = JSONObject(minimumCapacity: table.names.count)
        table.layout.values(of: self) { index, value in object[table.names[index]] = value }
        return .object(object)
    }
}
