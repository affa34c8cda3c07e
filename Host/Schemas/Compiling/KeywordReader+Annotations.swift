import PatchbayCore
import PatchbayJSON

/// Keywords that name things or describe them. They refuse no value; a wrong shape is a mistake all the same.
extension KeywordReader {
    func checkCore(_ compiler: inout SchemaCompiler) {
        if let identifier = string("$id", &compiler), URIReference(identifier).fragment?.isEmpty == false {
            compiler.refuse(place, ["$id"], "has a fragment, which names a part; \"$anchor\" gives a part a name")
        }
        _ = string("$schema", &compiler)
        _ = string("$comment", &compiler)
        _ = object("$defs", &compiler)
        _ = object("definitions", &compiler)
        for keyword in ["$anchor", "$dynamicAnchor"] {
            guard let name = string(keyword, &compiler), !isAnchor(name) else { continue }
            compiler.refuse(
                place, [keyword],
                "\(name.quoted) is no name of a place: it begins with a letter or _, then letters, digits, -, _ or .")
        }
        for member in object("$vocabulary", &compiler) ?? [:] where member.value.bool == nil {
            compiler.refuse(
                place, ["$vocabulary", member.name], "found \(member.value.phrase), must be true or false")
        }
    }

    func checkMetaData(_ compiler: inout SchemaCompiler) {
        for keyword in ["title", "description"] { _ = string(keyword, &compiler) }
        for keyword in ["deprecated", "readOnly", "writeOnly"] { _ = flag(keyword, &compiler) }
        _ = array("examples", &compiler)
    }

    func checkContent(_ compiler: inout SchemaCompiler) {
        for keyword in ["contentEncoding", "contentMediaType"] { _ = string(keyword, &compiler) }
    }

    private func isAnchor(_ name: String) -> Bool {
        guard let first = name.utf8.first, first.isASCIILetter || first == UInt8(ascii: "_") else { return false }
        return name.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "-_.".utf8.contains($0) }
    }
}
