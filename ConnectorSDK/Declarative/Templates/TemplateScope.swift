package import PatchbayJSON

/// What the paths of templates lead to, and how much they may make of it.
package struct TemplateScope: Sendable {
    /// `input`, `settings`, `call`, and behind an answer `body`, `status`, `headers`, …
    package var roots: JSONObject
    /// Texts that are made, in bytes, and values that are taken over, in nodes: a template that names a large value often
    /// enough would fill the memory otherwise.
    private var left: Int

    package init(_ roots: JSONObject, budget: Int = 16 << 20) {
        self.roots = roots
        left = budget
    }

    func value(at path: [String]) -> JSON? {
        guard var value = roots[path[0]] else { return nil }
        for name in path.dropFirst() {
            switch value {
            case .object(let object):
                guard let inner = object[name] else { return nil }
                value = inner
            case .array(let array):
                guard let index = Int(name), array.indices.contains(index) else { return nil }
                value = array[index]
            default: return nil
            }
        }
        return value
    }

    mutating func charge(_ amount: Int) throws(TemplateError) {
        left -= amount
        guard left >= 0 else { throw TemplateError("makes more than this connector may hold at once (16 MiB)") }
    }
}

extension JSON {
    /// Values within it and itself, texts by their bytes.
    var weight: Int {
        switch self {
        case .string(let text): 1 + text.utf8.count
        case .array(let array): array.reduce(1) { $0 + $1.weight }
        case .object(let object): object.reduce(1) { $0 + $1.name.utf8.count + $1.value.weight }
        default: 1
        }
    }
}
