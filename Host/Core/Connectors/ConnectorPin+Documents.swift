package import PatchbayJSON

extension ConnectorPin {
    /// The connector versions that a stored document names in members `uses`, anywhere in it.
    package static func all(in document: JSON) -> Set<ConnectorPin> {
        var pins: Set<ConnectorPin> = []
        gather(from: document, into: &pins)
        return pins
    }

    private static func gather(from value: JSON, into pins: inout Set<ConnectorPin>) {
        switch value {
        case .object(let object):
            for member in object {
                if member.name == "uses", let text = member.value.string, let pin = reading(text)?.pin {
                    pins.insert(pin)
                }
                gather(from: member.value, into: &pins)
            }
        case .array(let list): for element in list { gather(from: element, into: &pins) }
        default: break
        }
    }

    /// A document with another version of one connector wherever a node uses it, and the pointers of these places. What nodes
    /// are given as input stays as it is.
    package static func replacing(
        _ connector: String, by version: Version, in document: JSON
    ) -> (document: JSON, changes: [Change]) {
        var changes: [Change] = []
        let result = replaced(document, connector, version, at: JSONPointer(), &changes)
        return (result, changes)
    }

    /// One place of a document where a version was replaced.
    package struct Change: Sendable, Equatable {
        /// Of the member `uses`.
        package var pointer: JSONPointer
        package var before: OperationReference
        package var after: OperationReference
    }

    private static func replaced(
        _ value: JSON, _ connector: String, _ version: Version, at pointer: JSONPointer, _ changes: inout [Change]
    ) -> JSON {
        switch value {
        case .object(var object):
            for member in object where member.name != "input" {
                let place = pointer.appending(member.name)
                if member.name == "uses", let text = member.value.string, let (pin, operation) = reading(text),
                    pin.connector == connector, pin.version != version
                {
                    let before = OperationReference(connector: connector, version: pin.version, operation: operation)
                    let after = OperationReference(connector: connector, version: version, operation: operation)
                    changes.append(Change(pointer: place, before: before, after: after))
                    object[member.name] = .string(after.description)
                } else {
                    object[member.name] = replaced(member.value, connector, version, at: place, &changes)
                }
            }
            return .object(object)
        case .array(let list):
            return .array(
                list.enumerated().map { replaced($1, connector, version, at: pointer.appending($0), &changes) })
        default: return value
        }
    }

    /// The members `uses` of a stored document that name the version.
    package static func places(of pin: ConnectorPin, in document: JSON) -> [JSONPointer] {
        var places: [JSONPointer] = []
        func look(_ value: JSON, at pointer: JSONPointer) {
            switch value {
            case .object(let object):
                for member in object {
                    let place = pointer.appending(member.name)
                    if member.name == "uses", let text = member.value.string, reading(text)?.pin == pin {
                        places.append(place)
                    }
                    look(member.value, at: place)
                }
            case .array(let list):
                for (index, element) in list.enumerated() { look(element, at: pointer.appending(index)) }
            default: break
            }
        }
        look(document, at: JSONPointer())
        return places
    }

    /// `slack@1.0.0/send_message`
    private static func reading(_ uses: String) -> (pin: ConnectorPin, operation: String)? {
        let parts = uses.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, let pin = ConnectorPin(parts[0]) else { return nil }
        return (pin, parts[1])
    }
}
