import Glibc
import PatchbayJSON
import Testing

@testable import PatchbayOutbound

/// The filter against addresses however they are written, with sockets that really connect.
@Suite(.timeLimit(.minutes(5))) struct AddressFilterTests {
    /// Another one each day in `PATCHBAY_SEED`, and always the same without.
    static let seed = getenv("PATCHBAY_SEED").flatMap { UInt64(String(cString: $0)) } ?? 20_261_122
    static let count = 4_000

    @Test func `the policy judges a hundred thousand addresses as the registries do`() throws {
        var random = Numbers(seed: Self.seed)
        let policy = EgressPolicy()
        for index in 0..<100_000 {
            var bytes = index % 2 == 0 ? AddressSpelling.four(&random) : AddressSpelling.sixteen(&random)
            if index % 5 == 0 {
                bytes =
                    [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]][
                        random.below(2)] + AddressSpelling.four(&random)
            }
            let address = try #require(IPAddress(bytes: bytes))
            #expect(
                (policy.refusal(of: address) == nil) == AddressOracle.isPublic(bytes), "\(address), seed \(Self.seed)")
        }
    }

    @Test(.enabled(if: ClosedNetworkRun.isPossible))
    func `however an address is spelled, nothing but public ones is connected to`() throws {
        var random = Numbers(seed: Self.seed)
        let spellings = (0..<Self.count).map { _ in AddressSpelling(&random) }
        let report = try ClosedNetworkRun.report(width: 32, spellings.map { ["url": .string($0.url)] })
        for reached in Set(report.reached) {
            #expect(AddressOracle.isPublic(Self.bytes(reached)), "\(reached) was connected to, seed \(Self.seed)")
        }
        var (answered, refused) = (0, 0)
        for (spelling, outcome) in zip(spellings, report.outcomes) {
            if let reached = outcome["reached"]?.string {
                answered += 1
                #expect(Self.bytes(reached) == Self.plain(spelling.address), "\(spelling) led to \(reached)")
            } else {
                refused += 1
                let code = outcome["error"]?.string ?? ""
                #expect(
                    ["egress-denied", "invalid-request", "resolve-failed"].contains(code),
                    "\(spelling): \(outcome.text)")
                #expect(outcome["effect"] == false, "\(spelling): \(outcome.text)")
                // What is plain and public must not be refused: a filter that lets nothing through proves nothing.
                let mayBeReached = spelling.isPlain && AddressOracle.isPublic(spelling.address)
                #expect(!mayBeReached, "\(spelling): \(outcome.text)")
            }
        }
        print(
            "\(spellings.count) spellings, seed \(Self.seed): \(answered) reached public addresses, \(refused) refused")
        #expect(answered > Self.count / 8 && refused > Self.count / 4)
    }

    @Test(.enabled(if: ClosedNetworkRun.isPossible))
    func `connectors that connect by themselves are given public addresses only`() throws {
        var random = Numbers(seed: Self.seed &+ 1)
        let spellings = (0..<Self.count).map { _ in AddressSpelling(&random) }
        let hosts = spellings.map { spelling in
            spelling.host.hasPrefix("[") ? String(spelling.host.dropFirst().dropLast()) : spelling.host
        }
        let report = try ClosedNetworkRun.report(width: 32, hosts.map { ["host": .string($0)] })
        var given = 0
        for (spelling, outcome) in zip(spellings, report.outcomes) {
            for address in outcome["addresses"]?.array?.compactMap(\.string) ?? [] {
                given += 1
                #expect(AddressOracle.isPublic(Self.bytes(address)), "\(spelling.host) gave \(address)")
            }
            if spelling.isPlain, AddressOracle.isPublic(spelling.address) {
                #expect(outcome["addresses"]?.array?.count == 1, "\(spelling.host): \(outcome.text)")
            }
        }
        #expect(given > Self.count / 8)
    }

    private static func bytes(_ text: String) -> [UInt8] { IPAddress(text).map { plain($0.bytes) } ?? [] }

    /// A mapped address is that of IPv4 to the kernel.
    private static func plain(_ bytes: [UInt8]) -> [UInt8] {
        let isMapped = bytes.count == 16 && bytes[..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return isMapped ? Array(bytes[12...]) : bytes
    }
}
