/// An element of a document (https://www.w3.org/TR/xml/), with everything in its order.
public struct XMLElement: Sendable, Equatable {
    /// With its prefix: `soap:Body`.
    public var name: String
    /// In the order of the text; no name twice. Declarations of name spaces (`xmlns`, `xmlns:…`) are among them.
    public var attributes: [Attribute]
    /// No two texts stand beside one another.
    public var children: [Node]

    public struct Attribute: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public enum Node: Sendable, Equatable {
        case text(String)
        case element(XMLElement)
    }

    public init(_ name: String, attributes: [Attribute] = [], children: [Node] = []) {
        self.name = name
        self.attributes = attributes
        self.children = children
    }
}

extension XMLElement {
    public var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// All text directly inside, joined.
    public var text: String {
        children.reduce(into: "") { text, child in if case .text(let part) = child { text += part } }
    }

    /// The name without its prefix.
    public var localName: Substring { name.split(separator: ":", maxSplits: 1).last ?? name[...] }

    /// The first element inside of this name, whatever its prefix.
    public subscript(_ name: String) -> XMLElement? { elements.first { $0.localName == name } }

    /// All elements inside of this name, whatever their prefix.
    public func all(_ name: String) -> [XMLElement] { elements.filter { $0.localName == name } }
}
