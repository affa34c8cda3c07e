import PatchbayJSON

extension JSONPathParser {
    mutating func condition() throws(JSONPathError) -> JSONPathQuery.Condition {
        var alternatives = [try conjunction()]
        while true {
            let end = position
            skipSpace()
            guard next(are: "||") else {
                position = end
                return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
            }
            skipSpace()
            alternatives.append(try conjunction())
        }
    }

    private mutating func conjunction() throws(JSONPathError) -> JSONPathQuery.Condition {
        var parts = [try basicCondition()]
        while true {
            let end = position
            skipSpace()
            guard next(are: "&&") else {
                position = end
                return parts.count == 1 ? parts[0] : .all(parts)
            }
            skipSpace()
            parts.append(try basicCondition())
        }
    }

    private mutating func basicCondition() throws(JSONPathError) -> JSONPathQuery.Condition {
        if peek() == UInt8(ascii: "!") {
            position += 1
            skipSpace()
            if peek() == UInt8(ascii: "(") { return .not(try parenthesized()) }
            let start = position
            return .not(try test(try term(), at: start))
        }
        if peek() == UInt8(ascii: "(") { return try parenthesized() }
        let start = position
        let left = try term()
        let end = position
        skipSpace()
        guard let comparison = comparison() else {
            position = end
            return try test(left, at: start)
        }
        skipSpace()
        let leftOperand = try operand(left, at: start)
        let rightStart = position
        return .comparison(leftOperand, comparison, try operand(try term(), at: rightStart))
    }

    private mutating func parenthesized() throws(JSONPathError) -> JSONPathQuery.Condition {
        position += 1
        skipSpace()
        let inner = try nested { parser throws(JSONPathError) in try parser.condition() }
        skipSpace()
        guard next(is: ")") else { throw expected("\")\"") }
        return inner
    }

    private mutating func comparison() -> JSONPathQuery.Comparison? {
        if next(are: "==") { return .equal }
        if next(are: "!=") { return .notEqual }
        if next(are: "<=") { return .lessOrEqual }
        if next(are: ">=") { return .greaterOrEqual }
        if next(are: "<") { return .less }
        return next(are: ">") ? .greater : nil
    }

    // MARK: Terms and their types

    private enum Term {
        case literal(JSON)
        case query(JSONPathQuery)
        case function(JSONPathQuery.FunctionCall, name: String)
    }

    private mutating func term() throws(JSONPathError) -> Term {
        guard let byte = peek() else { throw expected("a value, a query or a function") }
        switch byte {
        case UInt8(ascii: "$"), UInt8(ascii: "@"):
            position += 1
            return .query(
                try nested { parser throws(JSONPathError) in try parser.query(isAbsolute: byte == UInt8(ascii: "$")) })
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .literal(.string(try string()))
        case _ where byte.isDigit || byte == UInt8(ascii: "-"): return .literal(try number())
        case _ where byte.isNameByte:
            let start = position
            let word = word()
            if peek() == UInt8(ascii: "(") { return try function(named: word, at: start) }
            switch word {
            case "true": return .literal(true)
            case "false": return .literal(false)
            case "null": return .literal(.null)
            default:
                throw JSONPathError(
                    .syntax, "\"\(word)\" is no value; a member of the value that is looked at is \"@.\(word)\"",
                    at: start)
            }
        default: throw expected("a value, a query (\"@\" or \"$\") or a function")
        }
    }

    private mutating func word() -> String {
        let start = position
        while let byte = peek(), byte.isNameByte || byte.isDigit { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// What stands alone must be true or false: a query selects something, a function says so.
    private func test(_ term: Term, at start: Int) throws(JSONPathError) -> JSONPathQuery.Condition {
        switch term {
        case .query(let query): return .exists(query)
        case .function(let call, let name):
            if case .regularExpression = call { return .function(call) }
            throw JSONPathError(.type, "\(name)() gives a value, which must be compared with something", at: start)
        case .literal:
            throw JSONPathError(.type, "a value alone is no condition, it must be compared with something", at: start)
        }
    }

    private func operand(_ term: Term, at start: Int) throws(JSONPathError) -> JSONPathQuery.Operand {
        switch term {
        case .literal(let value): return .literal(value)
        case .query(let query):
            if query.isSingular { return .query(query) }
            throw JSONPathError(
                .type, "a query that may select several values is no single value: name one by names and indexes only",
                at: start)
        case .function(let call, let name):
            guard case .regularExpression = call else { return .function(call) }
            throw JSONPathError(.type, "\(name)() is true or false by itself and cannot be compared", at: start)
        }
    }

    // MARK: Functions

    private mutating func function(named name: String, at start: Int) throws(JSONPathError) -> Term {
        let known = ["length": 1, "count": 1, "value": 1, "match": 2, "search": 2]
        guard let wanted = known[name] else {
            throw JSONPathError(
                .syntax, "there is no function \"\(name)\"; there are length, count, value, match and search", at: start
            )
        }
        position += 1
        let arguments = try nested { parser throws(JSONPathError) in try parser.arguments() }
        guard arguments.count == wanted else {
            throw JSONPathError(
                .type, "\(name)() takes \(wanted) argument\(wanted == 1 ? "" : "s"), not \(arguments.count)", at: start)
        }
        let first = arguments[0]
        switch name {
        case "length": return .function(.length(try operand(first.term, at: first.start)), name: name)
        case "count": return .function(.count(try nodes(first, name)), name: name)
        case "value": return .function(.value(try nodes(first, name)), name: name)
        default:
            let text = try operand(first.term, at: first.start)
            let expression = try operand(arguments[1].term, at: arguments[1].start)
            let pattern: JSONPathPattern =
                switch expression {
                case .literal(let literal): .compiled(literal.string.flatMap { InteroperablePattern($0) })
                default: .computed(expression)
                }
            return .function(.regularExpression(text: text, pattern, isWhole: name == "match"), name: name)
        }
    }

    private mutating func arguments() throws(JSONPathError) -> [(term: Term, start: Int)] {
        skipSpace()
        if next(is: ")") { return [] }
        var arguments: [(term: Term, start: Int)] = []
        repeat {
            skipSpace()
            let start = position
            arguments.append((try term(), start))
            skipSpace()
        } while next(is: ",")
        guard next(is: ")") else { throw expected("\",\" or \")\"") }
        return arguments
    }

    private func nodes(_ argument: (term: Term, start: Int), _ name: String) throws(JSONPathError) -> JSONPathQuery {
        if case .query(let query) = argument.term { return query }
        throw JSONPathError(.type, "the argument of \(name)() must be a query", at: argument.start)
    }
}
