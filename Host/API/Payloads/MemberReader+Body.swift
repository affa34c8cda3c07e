import PatchbayCore
import PatchbayJSON

extension MemberReader {
    /// The members of a request's body; others than `known` are problems, those that are null count as absent.
    init(body: JSON, known: [String]) throws(APIError) {
        guard let object = body.object else {
            let problem = Problem(
                code: "wrong-type", pointer: "", message: "the body must be an object, and this is \(body.article)")
            throw .invalid([problem], what: "body")
        }
        self.init(
            object.reduce(into: JSONObject()) { if !$1.value.isNull { $0[$1.name] = $1.value } }, at: "",
            subject: "the body")
        refuseUnknown(known: known)
    }

    mutating func strings(_ name: String) -> [String]? {
        guard let values = array(name) else { return nil }
        let strings = values.compactMap(\.string)
        guard strings.count == values.count else {
            report("wrong-type", at: name, "\(name.quoted) of \(subject) must hold strings only")
            return nil
        }
        return strings
    }

    /// Throws all that was found.
    func check() throws(APIError) {
        if !problems.isEmpty { throw .invalid(problems, what: "body") }
    }
}
