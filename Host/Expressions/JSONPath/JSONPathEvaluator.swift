import PatchbayJSON

/// Asks one document. Values that are selected on the way stand in lists, and descending into a document uses a list of
/// its own, so that no depth of it nests calls; only filters inside filters do.
struct JSONPathEvaluator {
    let document: JSON
    private let limits: JSONPathLimits
    private var visits = 0
    /// Kept for the query itself, not for those in filters, of which nobody reads them.
    private var places = JSONPathPlaces()
    private var keepsPlaces = false
    /// Regular expressions that came from the document.
    private var patterns: [String: InteroperablePattern?] = [:]

    /// A value on the way, with its place.
    private struct Found {
        var value: JSON
        var place: Int
    }

    init(document: JSON, limits: JSONPathLimits) {
        self.document = document
        self.limits = limits
    }

    mutating func nodes(selectedBy query: JSONPathQuery) throws(JSONPathError) -> [JSONPathNode] {
        keepsPlaces = true
        let found = try select(query, from: document)
        // Deep places take long to write, for whoever reads them.
        for node in found { try visit(places.depth(of: node.place) >> 3) }
        return found.map { JSONPathNode(value: $0.value, place: $0.place, places: places) }
    }

    // MARK: For filters

    mutating func selectsAnything(_ query: JSONPathQuery, from value: JSON) throws(JSONPathError) -> Bool {
        if query.isSingular { return try self.value(of: query, from: value) != nil }
        return try !values(selectedBy: query, from: value).isEmpty
    }

    mutating func values(selectedBy query: JSONPathQuery, from value: JSON) throws(JSONPathError) -> [JSON] {
        let kept = keepsPlaces
        keepsPlaces = false
        defer { keepsPlaces = kept }
        return try select(query, from: value).map(\.value)
    }

    /// Of a query that selects at most one.
    mutating func value(of query: JSONPathQuery, from current: JSON) throws(JSONPathError) -> JSON? {
        var value = query.isAbsolute ? document : current
        for segment in query.segments {
            try visit(1)
            switch segment.selectors[0] {
            case .name(let name):
                guard let inner = value[name] else { return nil }
                value = inner
            case .index(let index):
                guard let elements = value.array, let place = elements.position(of: index) else { return nil }
                value = elements[place]
            case .wildcard, .slice, .filter: return nil
            }
        }
        return value
    }

    mutating func visit(_ count: Int) throws(JSONPathError) {
        visits += count
        if visits > limits.visits {
            throw JSONPathError(.limit, "the query looks at more than \(limits.visits) values")
        }
    }

    /// An expression that came from the document; nil when it is none.
    mutating func pattern(_ text: String) throws(JSONPathError) -> InteroperablePattern? {
        if let known = patterns[text] { return known }
        // Compiling costs as much as looking at many values, and remembering should not cost much.
        try visit(500 + text.utf8.count)
        let pattern = InteroperablePattern(text)
        if patterns.count < 100 { patterns[text] = .some(pattern) }
        return pattern
    }

    // MARK: Segments

    private mutating func select(_ query: JSONPathQuery, from current: JSON) throws(JSONPathError) -> [Found] {
        var found = [Found(value: query.isAbsolute ? document : current, place: JSONPathPlaces.document)]
        for segment in query.segments {
            var selected: [Found] = []
            for node in found {
                if segment.isDescendant {
                    try descend(from: node, segment.selectors, into: &selected)
                } else {
                    try apply(segment.selectors, to: node, into: &selected)
                }
            }
            found = selected
        }
        return found
    }

    /// The value itself first, then those inside it, each before those inside it and in the order of the document.
    private mutating func descend(
        from node: Found, _ selectors: [JSONPathQuery.Selector], into selected: inout [Found]
    ) throws(JSONPathError) {
        var waiting = [node]
        while let next = waiting.popLast() {
            try apply(selectors, to: next, into: &selected)
            let first = waiting.count
            try appendChildren(of: next, to: &waiting)
            waiting[first...].reverse()
        }
    }

    private mutating func apply(
        _ selectors: [JSONPathQuery.Selector], to node: Found, into selected: inout [Found]
    ) throws(JSONPathError) {
        try visit(1)
        for selector in selectors { try apply(selector, to: node, into: &selected) }
        if selected.count > limits.results {
            throw JSONPathError(.limit, "the query selects more than \(limits.results) values")
        }
    }

    private mutating func apply(
        _ selector: JSONPathQuery.Selector, to node: Found, into selected: inout [Found]
    ) throws(JSONPathError) {
        switch selector {
        case .name(let name):
            guard let value = node.value[name] else { return }
            selected.append(child(of: node, .name(name), value))
        case .index(let index):
            guard let elements = node.value.array, let place = elements.position(of: index) else { return }
            selected.append(child(of: node, .index(place), elements[place]))
        case .wildcard: try appendChildren(of: node, to: &selected)
        case .slice(let start, let end, let step):
            guard let elements = node.value.array else { return }
            for index in elements.positions(from: start, to: end, by: step) {
                try visit(1)
                selected.append(child(of: node, .index(index), elements[index]))
            }
        case .filter(let condition):
            switch node.value {
            case .array(let elements):
                for (index, element) in elements.enumerated() {
                    try visit(1)
                    if try holds(condition, for: element) { selected.append(child(of: node, .index(index), element)) }
                }
            case .object(let members):
                for member in members {
                    try visit(1)
                    guard try holds(condition, for: member.value) else { continue }
                    selected.append(child(of: node, .name(member.name), member.value))
                }
            default: break
            }
        }
    }

    private mutating func appendChildren(of node: Found, to list: inout [Found]) throws(JSONPathError) {
        switch node.value {
        case .array(let elements):
            try visit(elements.count)
            for (index, element) in elements.enumerated() { list.append(child(of: node, .index(index), element)) }
        case .object(let members):
            try visit(members.count)
            for member in members { list.append(child(of: node, .name(member.name), member.value)) }
        default: break
        }
    }

    private mutating func child(of node: Found, _ step: NormalizedPath.Step, _ value: JSON) -> Found {
        guard keepsPlaces else { return Found(value: value, place: JSONPathPlaces.document) }
        return Found(value: value, place: places.append(step, to: node.place))
    }
}

extension [JSON] {
    /// Of an index that counts from the end when it is negative; nil when there is no such element.
    fileprivate func position(of index: Int) -> Int? {
        let position = index < 0 ? count + index : index
        return indices.contains(position) ? position : nil
    }

    /// RFC 9535, 2.3.4.2.2.
    fileprivate func positions(from start: Int?, to end: Int?, by step: Int) -> StrideTo<Int> {
        func normalized(_ index: Int) -> Int { index < 0 ? count + index : index }
        if step > 0 {
            let lower = Swift.min(Swift.max(normalized(start ?? 0), 0), count)
            let upper = Swift.min(Swift.max(normalized(end ?? count), 0), count)
            return stride(from: lower, to: upper, by: step)
        }
        let upper = Swift.min(Swift.max(normalized(start ?? count - 1), -1), count - 1)
        let lower = Swift.min(Swift.max(end.map(normalized) ?? -1, -1), count - 1)
        return step == 0 ? stride(from: 0, to: 0, by: 1) : stride(from: upper, to: lower, by: step)
    }
}
