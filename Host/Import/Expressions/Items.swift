/// What a node gives, as the expressions of other nodes read it: one item's value, or a list of such values.
struct Items: Equatable, Sendable {
    /// The source of an expression.
    var source: String
    var isList: Bool
    /// Lists of the same lineage have their elements beside each other.
    var lineage: Int
    /// Members that are read elsewhere than n8n has them.
    var shape: Shape?
    /// An expression that says whether the way was taken by which it comes.
    var presence: String?

    static func == (left: Items, right: Items) -> Bool {
        left.source == right.source && left.isList == right.isList && left.shape == right.shape
    }

    init(_ source: String, isList: Bool = false, lineage: Int = 0, shape: Shape? = nil) {
        (self.source, self.isList, self.lineage) = (source, isList, lineage)
        self.shape = shape
    }

    /// All items as a list.
    var list: String { isList ? source : "[\(whole)]" }
    /// One item in n8n's shape.
    var whole: String { shape?.whole ?? source }
}

/// The members of a value, where they stand elsewhere than in n8n.
struct Shape: Equatable, Sendable {
    indirect enum Member: Equatable, Sendable {
        case source(String)
        case shape(Shape)
    }

    var members: [(name: String, member: Member)]
    /// Where members that are not listed are to be found; nil: there are no others.
    var rest: String?
    /// What has this shape, for messages.
    var subject: String

    static func == (left: Shape, right: Shape) -> Bool {
        left.rest == right.rest && left.subject == right.subject
            && left.members.elementsEqual(right.members) { $0.name == $1.name && $0.member == $1.member }
    }

    subscript(name: String) -> Member? { members.first { $0.name == name }?.member }

    /// The value as n8n has it.
    var whole: String {
        if let rest { return rest }
        let parts = members.map { each in
            switch each.member {
            case .source(let source): "\(Term.quoted(each.name)): \(source)"
            case .shape(let shape): "\(Term.quoted(each.name)): \(shape.whole)"
            }
        }
        return "{\(parts.joined(separator: ", "))}"
    }
}

/// What the expressions of a node may read.
struct ReadingPlace {
    /// What comes in, whole.
    var input: Items?
    /// The one item that the expression is evaluated for; nil: the first of the input.
    var item: Items?
    /// By lineage, the position of the item that is at hand, for each list that is gone through.
    var positions: [Int: String] = [:]
    /// By n8n's names; nodes that come before.
    var nodes: [String: Items] = [:]
    /// By n8n's names, why what they give cannot be read.
    var unreadable: [String: String] = [:]
    /// Ids of our nodes by n8n's names.
    var ids: [String: String] = [:]

    /// What `$json` is.
    var current: Items? {
        if let item { return item }
        guard let input, input.isList else { return input }
        return Items("\(input.source)[0]")
    }
}
