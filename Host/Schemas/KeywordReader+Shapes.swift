import PatchbayJSON

/// The shapes that several keywords share.
extension KeywordReader {
    func schema(_ keyword: String, _ compiler: inout SchemaCompiler) -> Int? {
        keywords[keyword].map { compiler.node(at: place.appending(keyword), $0) }
    }

    func schemas(listedIn keyword: String, _ compiler: inout SchemaCompiler) -> [Int]? {
        guard let schemas = array(keyword, &compiler) else { return nil }
        if schemas.isEmpty {
            compiler.refuse(place.appending(keyword), "must hold at least one schema")
            return nil
        }
        let list = place.appending(keyword)
        return schemas.indices.map { compiler.node(at: list.appending($0), schemas[$0]) }
    }

    func schemas(
        in keyword: String, _ compiler: inout SchemaCompiler
    ) -> (byName: [String: Int], names: [String])? {
        guard let object = object(keyword, &compiler) else { return nil }
        var byName: [String: Int] = [:]
        for member in object {
            byName[member.name] = compiler.node(at: place.appending(keyword).appending(member.name), member.value)
        }
        return (byName, object.names)
    }

    func array(_ keyword: String, _ compiler: inout SchemaCompiler) -> [JSON]? {
        guard let value = keywords[keyword] else { return nil }
        guard let array = value.array else {
            compiler.refuse(place.appending(keyword), "found \(value.phrase), must be an array")
            return nil
        }
        return array
    }

    func object(_ keyword: String, _ compiler: inout SchemaCompiler) -> JSONObject? {
        guard let value = keywords[keyword] else { return nil }
        guard let object = value.object else {
            compiler.refuse(place.appending(keyword), "found \(value.phrase), must be an object")
            return nil
        }
        return object
    }

    func bounds(_ least: String, _ most: String, _ compiler: inout SchemaCompiler) -> SchemaNode.Bounds? {
        func count(_ keyword: String) -> Int? {
            guard let value = keywords[keyword] else { return nil }
            guard let count = value.int, count >= 0 else {
                compiler.refuse(place.appending(keyword), "must be a whole number of at least 0")
                return nil
            }
            return Int(count)
        }
        let bounds = SchemaNode.Bounds(least: count(least), most: count(most))
        return bounds.least == nil && bounds.most == nil ? nil : bounds
    }

    func names(_ value: JSON, _ place: JSONPointer, _ compiler: inout SchemaCompiler) -> [String]? {
        guard let array = value.array, case let names = array.compactMap(\.string), names.count == array.count else {
            compiler.refuse(place, "must be an array of names")
            return nil
        }
        return names
    }
}
