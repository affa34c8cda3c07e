import Glibc

/// Makes every address lead to this machine, by routes of the kernel's own table (rtnetlink(7)).
enum Loopback {
    struct Failure: Error, CustomStringConvertible {
        var step: String
        var description: String { "\(step): \(String(cString: strerror(errno)))" }
    }

    /// Of the loopback interface in every network namespace.
    private static let interface: UInt32 = 1

    static func takeEverything() throws {
        let socket = Glibc.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), 0)
        guard socket >= 0 else { throw Failure(step: "netlink") }
        defer { close(socket) }
        // RTM_NEWLINK: ifinfomsg with IFF_UP, and no other flag changed.
        try ask(socket, kind: 16, flags: 0, words(0, interface, 1, 1), "raising the interface")
        for (family, scope) in [(UInt8(AF_INET), UInt8(254)), (UInt8(AF_INET6), 0)] {
            // RTM_NEWROUTE: 0/0 in the local table, of the kind `local`, through that interface (RTA_OIF).
            let route: [UInt8] = [family, 0, 0, 0, 255, 3, scope, 2] + words(0)
            try ask(
                socket, kind: 24, flags: 0x400, route + [8, 0, 4, 0] + words(interface), "the route for all addresses")
        }
    }

    private static func ask(_ socket: Int32, kind: UInt16, flags: UInt16, _ body: [UInt8], _ step: String) throws {
        // NLM_F_REQUEST and NLM_F_ACK.
        let message = words(UInt32(16 + body.count), UInt32(kind) | UInt32(flags | 5) << 16, 1, 0) + body
        guard send(socket, message, message.count, 0) == message.count else { throw Failure(step: step) }
        var answer = [UInt8](repeating: 0, count: 4096)
        let count = recv(socket, &answer, answer.count, 0)
        guard count >= 20 else { throw Failure(step: step) }
        let code = answer[16..<20].enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << (8 * UInt32($1.offset)) }
        errno = -Int32(bitPattern: code)
        guard code == 0 else { throw Failure(step: step) }
    }

    private static func words(_ words: UInt32...) -> [UInt8] {
        words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }
}
