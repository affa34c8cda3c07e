import PatchbayCore

extension Library {
    /// The `network` extension: addresses and blocks of them, as values that expressions cannot look into.
    static let networks: [Overload] = addressFunctions + blockFunctions + shared

    private static let addressFunctions: [Overload] =
        [
            .unary("ip", id: "string_to_ip", result: NetworkAddress.type) { (text: String, evaluation) throws(Fault) in
                Value.opaque(try evaluation.address(text))
            },
            .unary("isIP", id: "is_ip") { (text: String, _) throws(Fault) in Address(text) != nil },
            .unary("ip.isCanonical", id: "ip_is_canonical") { (text: String, evaluation) throws(Fault) in
                try evaluation.address(text).address.description == text
            },
            question("family", result: .int) { .int($0.isV4 ? 4 : 6) },
        ]
        + [
            ("isUnspecified", \Address.isUnspecified), ("isLoopback", \.isLoopback),
            ("isGlobalUnicast", \.isGlobalUnicast), ("isLinkLocalMulticast", \.isLinkLocalMulticast),
            ("isLinkLocalUnicast", \.isLinkLocalUnicast),
        ].map { (name: String, answer: any KeyPath<Address, Bool> & Sendable) in
            question(name, result: .bool) { .bool($0[keyPath: answer]) }
        }

    private static func question(
        _ name: String, result: ValueType, _ answer: @escaping @Sendable (Address) -> Value
    ) -> Overload {
        .unary(name, id: "ip_\(name)", .receiver, types: [NetworkAddress.type], result: result) {
            (value: Value, evaluation) throws(Fault) in
            answer(try evaluation.address(value, name))
        }
    }

    private static let blockFunctions: [Overload] = [
        .unary("cidr", id: "string_to_cidr", result: NetworkBlock.type) { (text: String, evaluation) throws(Fault) in
            Value.opaque(try evaluation.block(text))
        },
        .unary("isCIDR", id: "is_cidr") { (text: String, _) throws(Fault) in AddressBlock(text) != nil },
        block("ip", result: NetworkAddress.type) { .opaque(NetworkAddress($0.address)) },
        block("masked", result: NetworkBlock.type) { .opaque(NetworkBlock($0.masked)) },
        block("prefixLength", result: .int) { .int(Int64($0.prefix)) },
        block("isMask", result: .bool) { .bool($0.address == $0.masked.address) },
        .binary("containsIP", id: "cidr_contains_ip_ip", .receiver, types: [NetworkBlock.type, NetworkAddress.type]) {
            (block: Value, address: Value, evaluation) throws(Fault) in
            try evaluation.block(block, "containsIP").contains(try evaluation.address(address, "containsIP"))
        },
        .binary("containsIP", id: "cidr_contains_ip_string", .receiver, types: [NetworkBlock.type, .string]) {
            (block: Value, text: String, evaluation) throws(Fault) in
            try evaluation.block(block, "containsIP").contains(try evaluation.address(text).address)
        },
        .binary("containsCIDR", id: "cidr_contains_cidr", .receiver, types: [NetworkBlock.type, NetworkBlock.type]) {
            (block: Value, other: Value, evaluation) throws(Fault) in
            try evaluation.block(block, "containsCIDR").contains(try evaluation.block(other, "containsCIDR"))
        },
        .binary("containsCIDR", id: "cidr_contains_cidr_string", .receiver, types: [NetworkBlock.type, .string]) {
            (block: Value, text: String, evaluation) throws(Fault) in
            try evaluation.block(block, "containsCIDR").contains(try evaluation.block(text).block)
        },
    ]

    private static func block(
        _ name: String, result: ValueType, _ answer: @escaping @Sendable (AddressBlock) -> Value
    ) -> Overload {
        .unary(name, id: "cidr_\(name)", .receiver, types: [NetworkBlock.type], result: result) {
            (value: Value, evaluation) throws(Fault) in
            answer(try evaluation.block(value, name))
        }
    }

    /// `string(x)` and `type(x)` of both. In a run opaque values are not told apart before a body is called, so each body
    /// takes either.
    private static let shared: [Overload] = [("ip", NetworkAddress.type), ("cidr", NetworkBlock.type)].flatMap {
        id, type in
        [
            .unary("string", id: "\(id)_to_string", types: [type]) { (value: Value, evaluation) throws(Fault) in
                switch value {
                case .opaque(let address as NetworkAddress): return address.address.description
                case .opaque(let block as NetworkBlock): return block.block.description
                default: throw evaluation.noOverload("string", [value])
                }
            },
            Overload.unary("type", id: "type_\(id)", types: [type], result: .type(type)) {
                (value: Value, _) throws(Fault) in
                Value.type(value.type)
            },
        ]
    }

    static let networkTypes: [String: Value] = [
        NetworkAddress.type.runtimeName: .type(NetworkAddress.type),
        NetworkBlock.type.runtimeName: .type(NetworkBlock.type),
    ]
}

/// An address as a value.
final class NetworkAddress: OpaqueValue {
    static let type = ValueType.opaque("net.IP", [])
    let address: Address

    init(_ address: Address) { self.address = address }

    var type: ValueType { Self.type }

    func isEqual(to other: any OpaqueValue) -> Bool { (other as? NetworkAddress)?.address == address }
}

/// A block of addresses as a value.
final class NetworkBlock: OpaqueValue {
    static let type = ValueType.opaque("net.CIDR", [])
    let block: AddressBlock

    init(_ block: AddressBlock) { self.block = block }

    var type: ValueType { Self.type }

    func isEqual(to other: any OpaqueValue) -> Bool { (other as? NetworkBlock)?.block == block }
}

extension Evaluation {
    fileprivate func address(_ text: String) throws(Fault) -> NetworkAddress {
        if let address = Address(text) { return NetworkAddress(address) }
        throw fault(
            .value, "\(text.quoted) is no IP address",
            hint: "zones (%eth0) and IPv4 addresses inside IPv6 (::ffff:1.2.3.4) are not taken")
    }

    fileprivate func address(_ value: Value, _ function: String) throws(Fault) -> Address {
        guard case .opaque(let address as NetworkAddress) = value else { throw noOverload(function, [value]) }
        return address.address
    }

    fileprivate func block(_ text: String) throws(Fault) -> NetworkBlock {
        if let block = AddressBlock(text) { return NetworkBlock(block) }
        throw fault(
            .value, "\(text.quoted) is no block of IP addresses", hint: "write \"10.0.0.0/8\" or \"2001:db8::/32\"")
    }

    fileprivate func block(_ value: Value, _ function: String) throws(Fault) -> AddressBlock {
        guard case .opaque(let block as NetworkBlock) = value else { throw noOverload(function, [value]) }
        return block.block
    }
}
