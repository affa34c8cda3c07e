import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import PatchbayAPI

/// The heads of requests whose end is beyond doubt, held against the decoder that reads all others.
struct PlainHeadTests {
    private static let delivery = """
        POST /webhook/deploy?from=ci HTTP/1.1\r
        Host: patchbay.example\r
        User-Agent: GitHub-Hookshot/1\r
        content-LENGTH:  5 \t\r
        X-Empty:\r
        Connection: Keep-Alive\r
        \r

        """

    private static func read(_ text: String) -> PlainHead.Reading {
        let bytes = Array(text.utf8)
        return PlainHead.read(bytes.span)
    }

    private static func plain(_ text: String) -> PlainHead? {
        if case .plain(let head) = read(text) { head } else { nil }
    }

    @Test func `a plain head is read with its places`() throws {
        let head = try #require(Self.plain(Self.delivery + "hello and more"))
        let bytes = Array(Self.delivery.utf8)
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        #expect(text(head.method) == "POST")
        #expect(text(head.target) == "/webhook/deploy?from=ci")
        #expect(head.size == bytes.count)
        #expect(head.length == 5)
        #expect(head.fields.map { text($0.name) } == ["Host", "User-Agent", "content-LENGTH", "X-Empty", "Connection"])
        #expect(head.fields.map { text($0.value) } == ["patchbay.example", "GitHub-Hookshot/1", "5", "", "Keep-Alive"])
    }

    @Test func `what is cut off may become a plain head`() {
        for end in 1..<Self.delivery.utf8.count {
            let text = String(decoding: Self.delivery.utf8.prefix(end), as: UTF8.self)
            #expect(Self.read(text) == .unfinished, "\(end)")
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.0\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT /x HTTP/1.1\r\nHost: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n",
        "get / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /\u{e9} HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA: \u{e9}\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n A: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA: b\nB: c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\rB: c\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA: b\0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nProxy-Connection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551617\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTrailer: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A: b\r\n", count: 65) + "\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "b", count: 9_000),
    ])
    func `what leaves doubt is not plain`(text: String) {
        #expect(Self.read(text) == .other)
    }

    @Test func `a plain request ends where the decoder finds its end, whatever it is made of`() throws {
        var generator = Chance(state: 20_261_122)
        let pieces = [
            "\r\n", "\n", "\r", ":", " ", "\t", "Host: x\r\n", "Content-Length: 3\r\n", "Content-Length: 0\r\n", "abc",
            "Transfer-Encoding: chunked\r\n", "Connection: keep-alive\r\n", "Connection: close\r\n", "Upgrade: h2c\r\n",
            "GET / HTTP/1.1\r\n", "POST /webhook/a HTTP/1.1\r\n", "PUT /b?c HTTP/1.1\r\n", "X-A: b\r\n",
            "3\r\nabc\r\n0\r\n\r\n",
            "\u{0}", "\u{ff}", "0", ",", "Keep-Alive: 5\r\n", "TE: trailers\r\n", "\"", "<", "{", "\\", "^", "|",
        ]
        var count = 0
        for _ in 0..<20_000 {
            var bytes = Array("POST /webhook/a HTTP/1.1\r\nHost: x\r\nX-A: b\r\nContent-Length: 3\r\n\r\nabc".utf8)
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                let end = min(bytes.count, place + Int.random(in: 0...20, using: &generator))
                let piece = Array((pieces.randomElement(using: &generator) ?? "").utf8)
                bytes.replaceSubrange(place..<(Bool.random(using: &generator) ? place : end), with: piece)
            }
            guard case .plain(let head) = PlainHead.read(bytes.span), head.total <= bytes.count else { continue }
            count += 1
            try expectOneRequest(Array(bytes[..<head.total]), head)
        }
        #expect(count > 2_000)
    }

    /// Where the decoder refuses what seems plain, nothing behind it is read by anybody.
    private func expectOneRequest(_ bytes: [UInt8], _ head: PlainHead) throws {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish() }
        try channel.pipeline.syncOperations.addHandler(
            ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        // The first bytes of a next request must be understood as that.
        let next = Array("GET /next HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        let isRefused = (try? channel.writeInbound(ByteBuffer(bytes: bytes + next))) == nil
        var (heads, ends, body): ([HTTPRequestHead], Int, [UInt8]) = ([], 0, [])
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let found): heads.append(found)
            case .body(let found): body += Array(found.readableBytesView)
            case .end: ends += 1
            }
        }
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let about = Comment(rawValue: String(decoding: bytes, as: UTF8.self))
        guard !isRefused else { return #expect(ends == 0, about) }
        #expect(heads.count == 2 && ends == 2, about)
        #expect(heads.first?.uri == text(head.target), about)
        #expect(heads.first?.headers.map { $0.name } == head.fields.map { text($0.name) }, about)
        // This decoder leaves blanks behind a value to others (RFC 9112, 5.1: they are no part of it).
        let values = heads.first?.headers.map { value in
            String(value.value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
        #expect(values == head.fields.map { text($0.value) }, about)
        #expect(body == Array(bytes[head.size...]), about)
        #expect(heads.last?.uri == "/next", about)
    }
}

/// The same numbers on every machine (SplitMix64).
private struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
