import PatchbayCore
import PatchbayJSON

/// The shapes that several keywords share.
extension KeywordReader {
    func schema(_ keyword: String, _ compiler: inout SchemaCompiler) -> Int? {
        keywords[keyword] == nil ? nil : compiler.nodes(below: place, keyword).first?.node
    }

    func schemas(listedIn keyword: String, _ compiler: inout SchemaCompiler) -> [Int]? {
        guard let schemas = array(keyword, &compiler) else { return nil }
        if schemas.isEmpty {
            compiler.refuse(place, [keyword], "must hold at least one schema")
            return nil
        }
        return compiler.nodes(below: place, keyword).map(\.node)
    }

    func schemas(
        in keyword: String, _ compiler: inout SchemaCompiler
    ) -> (byName: [String: Int], names: [String])? {
        guard object(keyword, &compiler) != nil else { return nil }
        let children = compiler.nodes(below: place, keyword)
        return (
            Dictionary(children.map { ($0.name, $0.node) }, uniquingKeysWith: { $1 }), children.map(\.name)
        )
    }

    func array(_ keyword: String, _ compiler: inout SchemaCompiler) -> [JSON]? {
        value(keyword, "must be an array", &compiler, \.array)
    }

    func object(_ keyword: String, _ compiler: inout SchemaCompiler) -> JSONObject? {
        value(keyword, "must be an object", &compiler, \.object)
    }

    func string(_ keyword: String, _ compiler: inout SchemaCompiler) -> String? {
        value(keyword, "must be a string", &compiler, \.string)
    }

    func flag(_ keyword: String, _ compiler: inout SchemaCompiler) -> Bool? {
        value(keyword, "must be true or false", &compiler, \.bool)
    }

    private func value<Value>(
        _ keyword: String, _ need: String, _ compiler: inout SchemaCompiler, _ read: (JSON) -> Value?
    ) -> Value? {
        guard let value = keywords[keyword] else { return nil }
        guard let read = read(value) else {
            compiler.refuse(place, [keyword], "found \(value.phrase), \(need)")
            return nil
        }
        return read
    }

    func bounds(_ least: String, _ most: String, _ compiler: inout SchemaCompiler) -> SchemaNode.Bounds? {
        func count(_ keyword: String) -> Int? {
            guard let value = keywords[keyword] else { return nil }
            guard let number = value.double, number >= 0, number.rounded(.towardZero) == number else {
                compiler.refuse(place, [keyword], "must be a whole number of at least 0")
                return nil
            }
            // What is larger than any count is as good as the largest.
            return value.int.flatMap { Int(exactly: $0) } ?? .max
        }
        let bounds = SchemaNode.Bounds(least: count(least), most: count(most))
        return bounds.least == nil && bounds.most == nil ? nil : bounds
    }

    func names(_ value: JSON, _ tokens: [String], _ compiler: inout SchemaCompiler) -> [String]? {
        guard let array = value.array, case let names = array.compactMap(\.string), names.count == array.count else {
            compiler.refuse(place, tokens, "must be an array of names")
            return nil
        }
        var seen: Set<String> = []
        if let twice = names.first(where: { !seen.insert($0).inserted }) {
            compiler.refuse(place, tokens, "names \(twice.quoted) twice")
            return nil
        }
        return names
    }
}
