package import PatchbayJSON

/// A JSONPath query (RFC 9535), compiled once and then asked of any number of documents. It has all selectors and the
/// five functions `length`, `count`, `match`, `search` and `value`. `Host/Docs/jsonpath.md` says more.
package struct JSONPath: Sendable {
    /// As it was written.
    package let source: String
    let query: JSONPathQuery

    /// Refuses what the grammar refuses, and expressions whose types do not fit, as a comparison of several nodes.
    package init(_ source: String) throws(JSONPathError) {
        self.source = source
        var parser = try JSONPathParser(source)
        query = try parser.wholeQuery()
    }

    /// The values that the query selects, each with its place, in the order that the RFC asks for; members of an object
    /// in the order in which the document has them. A value that is selected twice is there twice.
    package func evaluate(
        _ document: JSON, limits: JSONPathLimits = JSONPathLimits()
    ) throws(JSONPathError) -> [JSONPathNode] {
        var evaluator = JSONPathEvaluator(document: document, limits: limits)
        return try evaluator.nodes(selectedBy: query)
    }

    /// Whether the query selects anything.
    package func selectsAnything(
        in document: JSON, limits: JSONPathLimits = JSONPathLimits()
    ) throws(JSONPathError) -> Bool {
        var evaluator = JSONPathEvaluator(document: document, limits: limits)
        return try evaluator.selectsAnything(query, from: document)
    }
}
