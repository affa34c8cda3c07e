import PatchbayJSON
import XMLDocuments

/// The compact form: a member for each name inside, `@name` for attributes, `#text` for text beside others. An element that
/// holds only text is that text, an empty one null. Elements of the same name are an array. The order between elements of
/// different names is lost, and so is where text stands between them.
extension XMLElement {
    /// - Parameter arrays: names of elements that are arrays also when there is one only.
    func compact(arrays: Set<String>) -> JSON {
        let elements = elements
        let text = elements.isEmpty ? text : withoutLayout
        if elements.isEmpty, attributes.isEmpty { return text.isEmpty ? .null : .string(text) }
        var object = JSONObject(minimumCapacity: attributes.count + elements.count)
        for attribute in attributes { object["@" + attribute.name] = .string(attribute.value) }
        if !text.isEmpty { object["#text"] = .string(text) }
        // Gathered first: to take an array out of an object and put it back for each element would copy it each time.
        var gathered: [String: [JSON]] = [:]
        var order: [String] = []
        for element in elements {
            if gathered[element.name] == nil { order.append(element.name) }
            gathered[element.name, default: []].append(element.compact(arrays: arrays))
        }
        for name in order {
            let values = gathered[name] ?? []
            object[name] = values.count == 1 && !arrays.contains(name) ? values[0] : .array(values)
        }
        return .object(object)
    }

    /// Text between elements that is nothing but white space is the document's layout.
    private var withoutLayout: String {
        children.reduce(into: "") { text, child in
            guard case .text(let part) = child, !part.allSatisfy(\.isWhitespace) else { return }
            text += part
        }
    }

    /// Reads the compact form of an element.
    init(compact json: JSON, named name: String, at pointer: String) throws(XMLShape) {
        self.init(name)
        switch json {
        case .null: break
        case .object(let object): try fill(object, at: pointer)
        case .array:
            throw XMLShape(pointer: pointer, message: "is an array inside an array; an element has a name")
        case .string, .bool, .int, .uint, .double: add(json)
        }
    }

    private mutating func fill(_ object: JSONObject, at pointer: String) throws(XMLShape) {
        for member in object {
            let place = pointer + "/" + member.name.replacing("~", with: "~0").replacing("/", with: "~1")
            if member.name.hasPrefix("@") {
                guard let value = scalarText(member.value) else {
                    throw XMLShape(pointer: place, message: "is \(member.value.kind); an attribute is a text")
                }
                attributes.append(Attribute(String(member.name.dropFirst()), value))
            } else if member.name == "#text" {
                guard scalarText(member.value) != nil else {
                    throw XMLShape(pointer: place, message: "is \(member.value.kind); a text is a text")
                }
                add(member.value)
            } else if case .array(let values) = member.value {
                for (index, value) in values.enumerated() {
                    let child = try XMLElement(compact: value, named: member.name, at: "\(place)/\(index)")
                    children.append(.element(child))
                }
            } else {
                children.append(.element(try XMLElement(compact: member.value, named: member.name, at: place)))
            }
        }
    }

    private mutating func add(_ scalar: JSON) {
        guard let text = scalarText(scalar), !text.isEmpty else { return }
        children.append(.text(text))
    }
}

/// What JSON is no document in the form that was asked for.
struct XMLShape: Error, Equatable {
    var pointer: String
    var message: String
}

/// A text, or what stands for one; nil for lists and objects.
func scalarText(_ json: JSON) -> String? {
    switch json {
    case .null: ""
    case .string(let text): text
    case .bool, .int, .uint, .double: json.text
    case .array, .object: nil
    }
}
