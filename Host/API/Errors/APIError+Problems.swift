import PatchbayCore
import PatchbayJSON

extension APIError {
    /// More are counted, not listed: nobody reads them, and a small document can hold millions.
    static let mostProblems = 1_000

    /// A request or a document with problems; all of them stand in the details.
    static func invalid(_ problems: [Problem], what: String) -> APIError {
        let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
        let first = problems.first.map { ": " + $0.message } ?? ""
        return APIError(
            .validation, "The \(what) has \(count)\(first)",
            details: ["problems": .problems(problems), "count": .int(Int64(problems.count))])
    }
}

extension JSON {
    /// The first `APIError.mostProblems` of them.
    static func problems(_ problems: [Problem]) -> JSON {
        .array(problems.prefix(APIError.mostProblems).map(\.json))
    }
}

extension Problem {
    /// `{"code", "node", "pointer", "message", "hint"}`; `node` and `hint` may be null.
    fileprivate var json: JSON {
        [
            "code": .string(code), "node": node.map(JSON.string) ?? .null, "pointer": .string(pointer),
            "message": .string(message), "hint": hint.map(JSON.string) ?? .null,
        ]
    }
}
