import PatchbayJSON
import XMLDocuments

/// The ordered form: `{"name": …, "attributes": {…}, "children": [text or element, …]}`. Nothing is lost but comments and
/// processing instructions.
extension XMLElement {
    var ordered: JSON {
        var values = JSONObject(minimumCapacity: attributes.count)
        for attribute in attributes { values[attribute.name] = .string(attribute.value) }
        let inner = children.map { child -> JSON in
            switch child {
            case .text(let text): .string(text)
            case .element(let element): element.ordered
            }
        }
        return ["name": .string(name), "attributes": .object(values), "children": .array(inner)]
    }

    /// Reads the ordered form of an element; `attributes` and `children` may be missing.
    init(ordered json: JSON, at pointer: String) throws(XMLShape) {
        guard let object = json.object, let name = object["name"]?.string else {
            throw XMLShape(pointer: pointer, message: "is no element: needs an object with a `name`")
        }
        self.init(name)
        for member in object where !["name", "attributes", "children"].contains(member.name) {
            throw XMLShape(
                pointer: pointer,
                message: "has the member `\(member.name)`; an element has name, attributes and children")
        }
        for member in object["attributes"]?.object ?? [:] {
            guard let value = scalarText(member.value) else {
                throw XMLShape(
                    pointer: pointer + "/attributes", message: "has `\(member.name)`, which is \(member.value.kind)")
            }
            attributes.append(Attribute(member.name, value))
        }
        for (index, child) in (object["children"]?.array ?? []).enumerated() {
            if let text = scalarText(child) {
                if !text.isEmpty { children.append(.text(text)) }
            } else {
                children.append(.element(try XMLElement(ordered: child, at: "\(pointer)/children/\(index)")))
            }
        }
    }
}
