import PatchbayJSON

extension DocumentReader {
    mutating func readResponse(_ action: DocumentNode, _ names: Names, isPaged: Bool) -> ResponseRule {
        var rule = ResponseRule(success: [.success], reading: .auto, select: JSONPointer(), output: nil)
        guard let node = findings.object("response", of: action) else { return rule }
        if let success = node.member("success") {
            let values = success.value.array == nil ? [success] : success.elements
            rule.success = values.compactMap { readStatus($0) }
        }
        rule.reading =
            findings.optional(
                "body", of: node,
                need: ResponseRule.Reading.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            ) { $0.string.flatMap(ResponseRule.Reading.init(rawValue:)) } ?? .auto
        rule.select = findings.pointer("select", of: node) ?? JSONPointer()
        if let output = node.value["output"] {
            let place = DocumentNode(value: output, pointer: node.pointer.appending("output"))
            rule.output = readValue(place, names.answered(isPaged: isPaged))
        }
        findings.onlyKnown(["success", "body", "select", "output"], of: node)
        return rule
    }

    mutating func readErrors(_ holder: DocumentNode, _ names: Names) -> [ErrorRule] {
        guard let node = holder.member("errors") else { return [] }
        guard node.value.array != nil else {
            findings.problem(node.pointer, "is \(findings.shown(node.value))", need: "an array of rules")
            return []
        }
        return node.elements.map { readError($0, names.answered()) }
    }

    private mutating func readError(_ node: DocumentNode, _ names: Names) -> ErrorRule {
        var rule = ErrorRule(statuses: [], body: [])
        if let when = findings.object("when", of: node) {
            if let status = when.member("status") {
                rule.statuses = (status.value.array == nil ? [status] : status.elements).compactMap { readStatus($0) }
            }
            if let body = findings.object("body", of: when) {
                for (name, inner) in body.members {
                    guard let pointer = JSONPointer(name) else {
                        findings.problem(inner.pointer, "is no JSON pointer", need: "one such as `/error/code`")
                        continue
                    }
                    rule.body.append((pointer, inner.value["exists"]?.bool == true ? Optional<JSON>.none : inner.value))
                }
            }
            findings.onlyKnown(["status", "body"], of: when)
        }
        if rule.statuses.isEmpty, rule.body.isEmpty {
            findings.problem(
                node.pointer.appending("when"), "says for no answer that it is this error",
                need: #"{"status": 404}, {"body": {"/ok": false}}, or both"#)
        }
        rule.code = findings.optional(
            "code", of: node, need: ErrorRule.codes.map { "`\($0)`" }.joined(separator: ", ")
        ) { $0.string.flatMap { ErrorRule.codes.contains($0) ? $0 : nil } }
        rule.isRetryable = findings.truth("retryable", of: node)
        rule.wait = readWait(node)
        rule.message = readText("message", of: node, names)
        rule.vendorCode = readText("vendor_code", of: node, names)
        rule.pointer = findings.pointer("pointer", of: node)?.description
        findings.onlyKnown(["when", "code", "retryable", "retry_after", "message", "vendor_code", "pointer"], of: node)
        return rule
    }

    private mutating func readText(_ name: String, of node: DocumentNode, _ names: Names) -> Template? {
        guard let member = node.member(name), let template = findings.template(member) else { return nil }
        check(template, at: member.pointer, names)
        return template
    }

    private mutating func readWait(_ node: DocumentNode) -> ErrorRule.Wait? {
        findings.optional(
            "retry_after", of: node, need: #"{"header": "Retry-After"}, {"body": "/wait"} in seconds, or seconds"#
        ) { json in
            if let seconds = json.int, (0...86_400).contains(seconds) { return .seconds(seconds) }
            if let name = json["header"]?.string, !name.isEmpty { return .header(name) }
            if let pointer = json["body"]?.string.flatMap({ JSONPointer($0) }) { return .body(pointer) }
            return nil
        }
    }

    private mutating func readStatus(_ node: DocumentNode) -> StatusRange? {
        guard let range = StatusRange(node.value) else {
            findings.problem(node.pointer, "is \(findings.shown(node.value))", need: StatusRange.need)
            return nil
        }
        return range
    }
}
