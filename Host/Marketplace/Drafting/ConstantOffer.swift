package import PatchbayJSON

/// A constant in a workflow that others would want to choose: a channel, an address, a threshold.
package struct ConstantOffer: Sendable, Equatable {
    /// Into the workflow.
    package var pointer: JSONPointer
    /// What the parameter would be called: unique among those that are offered.
    package var name: String
    package var value: JSON

    /// More are too many to look through.
    package static let most = 100

    package var json: JSON {
        ["pointer": .string(pointer.description), "name": .string(name), "value": value]
    }

    var placeholder: String { "{{ parameters.\(name) }}" }

    var parameter: TemplateParameter {
        let type =
            switch value {
            case .string: "string"
            case .bool: "boolean"
            case .int, .uint: "integer"
            default: "number"
            }
        return TemplateParameter(name: name, title: name, schema: ["type": .string(type)], standard: value)
    }

    /// The scalar constants in what actions are given and triggers are set up with.
    static func all(in workflow: JSON) -> [ConstantOffer] {
        var search = Search()
        search.visit(workflow, at: JSONPointer(), in: nil)
        return search.offers
    }

    private struct Search {
        var offers: [ConstantOffer] = []
        var names: [String: Int] = [:]

        /// `place` is the name of the innermost member once the way leads through `input` or `config`.
        mutating func visit(_ value: JSON, at pointer: JSONPointer, in place: String?) {
            guard offers.count < ConstantOffer.most else { return }
            switch value {
            case .object(let object):
                for member in object where member.name != "verify" {
                    let enters = place != nil || member.name == "input" || member.name == "config"
                    visit(member.value, at: pointer.appending(member.name), in: enters ? member.name : nil)
                }
            case .array(let list):
                for (index, element) in list.enumerated() { visit(element, at: pointer.appending(index), in: place) }
            case .null: break
            case .string(let text) where text.contains("{{") || text.isEmpty: break
            default:
                if let place { offer(value, at: pointer, called: place) }
            }
        }

        private mutating func offer(_ value: JSON, at pointer: JSONPointer, called place: String) {
            var name = String(place.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
            if name.first?.isLetter != true { name = "p_" + name }
            name = String(name.prefix(60))
            let count = names[name, default: 0] + 1
            names[name] = count
            offers.append(ConstantOffer(pointer: pointer, name: count == 1 ? name : "\(name)_\(count)", value: value))
        }
    }
}

extension JSON {
    /// With another value at a place that there is.
    func replacing(_ pointer: JSONPointer, by value: JSON) -> JSON { replacing(pointer.tokens[...], by: value) }

    private func replacing(_ tokens: ArraySlice<String>, by value: JSON) -> JSON {
        guard let token = tokens.first else { return value }
        switch self {
        case .object(var object):
            guard let inner = object[token] else { return self }
            object[token] = inner.replacing(tokens.dropFirst(), by: value)
            return .object(object)
        case .array(var list):
            guard let index = Int(token), list.indices.contains(index) else { return self }
            list[index] = list[index].replacing(tokens.dropFirst(), by: value)
            return .array(list)
        default: return self
        }
    }
}
