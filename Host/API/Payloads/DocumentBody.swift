import PatchbayCore
import PatchbayJSON

/// A workflow document as a request brings it: by itself, or in `document`; with the version that was changed, if any.
struct DocumentBody {
    let document: JSON
    /// The version that the caller changed, when the body names it.
    let expectedVersion: Int?
    private let isWrapped: Bool

    init(_ body: JSON) throws(APIError) {
        let version = body["expected_version"]
        isWrapped = body["document"] != nil
        // The members of a bare document are the planner's to judge.
        let own = isWrapped ? body : version.map { ["expected_version": $0] } ?? [:]
        var members = try MemberReader(body: own, known: ["document", "expected_version"])
        expectedVersion = members.integer("expected_version", in: 1...Int64(Int32.max)).map { Int($0) }
        try members.check()
        if isWrapped {
            document = body["document"] ?? .null
        } else if version != nil, var object = body.object {
            object["expected_version"] = nil
            document = .object(object)
        } else {
            document = body
        }
    }

    /// Problems with pointers into the body instead of the document.
    func located(_ problems: [Problem]) -> [Problem] {
        guard isWrapped else { return problems }
        return problems.map { problem in
            var problem = problem
            problem.pointer = "/document" + problem.pointer
            return problem
        }
    }
}
