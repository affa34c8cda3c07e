import ConnectorSDK
import PatchbayCore
import PatchbayJSON
import Synchronization
import Testing

@testable import RSSConnector

@Suite(.timeLimit(.minutes(2))) struct FeedTests {
    private static let rss = """
        <?xml version="1.0"?>
        <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title>
        <item><title>Second</title><link>https://example.com/2</link><guid>g2</guid>
          <pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate><dc:creator>Ada</dc:creator><category>a</category>
          <description><![CDATA[<p>Two & more</p>]]></description><enclosure url="https://example.com/2.mp3"/></item>
        <item><title>First</title><link>https://example.com/1</link></item>
        </channel></rss>
        """

    private static let atom = """
        <feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
        <entry><id>urn:2</id><title>Second</title><link href="https://example.com/2"/>
          <link rel="enclosure" href="https://example.com/2.mp3"/><updated>2026-11-21T10:00:00Z</updated>
          <author><name>Ada</name></author><category term="a"/><content type="html">&lt;p&gt;</content></entry>
        </feed>
        """

    @Test func `RSS and Atom give the same members`() throws {
        let rss = try Feed(Self.rss)
        #expect(rss.title == "News")
        #expect(rss.entries.map(\.id) == ["g2", "https://example.com/1"])
        #expect(rss.entries[0].author == "Ada")
        #expect(rss.entries[0].summary == "<p>Two & more</p>")
        #expect(rss.entries[0].enclosures == ["https://example.com/2.mp3"])
        #expect(rss.entries[1].categories == [])
        let atom = try Feed(Self.atom)
        #expect(atom.entries.map(\.id) == ["urn:2"])
        #expect(atom.entries[0].link == "https://example.com/2")
        #expect(atom.entries[0].author == "Ada")
        #expect(atom.entries[0].summary == "<p>")
        #expect(atom.entries[0].categories == ["a"])
        #expect(atom.entries[0].enclosures == ["https://example.com/2.mp3"])
    }

    @Test(arguments: ["", "no feed", "<html/>", "<!DOCTYPE rss><rss/>", "<rss><channel>"])
    func `what is no feed is told`(text: String) {
        #expect(throws: ConnectorError.self) { try Feed(text) }
    }

    @Test func `a feed is read, and asked whether it has changed`() async throws {
        let server = RecordingServer { request in
            request.headers["if-none-match"] == "\"v1\""
                ? .reply(304) : .reply(200, [("ETag", "\"v1\"")], Array(Self.rss.utf8))
        }
        defer { server.stop() }
        let caller = try await ConnectorBench.shared.value.caller("rss")
        let url = JSON.string(server.address + "/feed.xml")
        let read = try await caller.call("read_feed", ["url": url, "limit": 1])
        #expect(read["title"] == "News")
        #expect(read["entries"]?.array?.count == 1)
        let first = try await caller.call("new_entries", ["url": url])
        #expect(first["events"]?.array?.compactMap { $0["id"]?.string } == ["https://example.com/1", "g2"])
        #expect(first["cursor"] == ["etag": "\"v1\""])
        let second = try await caller.call("new_entries", ["url": url, "cursor": first["cursor"] ?? nil])
        #expect(second == ["events": [], "cursor": ["etag": "\"v1\""]])
    }

    @Test func `a server's refusal is told with its status`() async throws {
        let server = RecordingServer { _ in .reply(404) }
        defer { server.stop() }
        let caller = try await ConnectorBench.shared.value.caller("rss")
        let failure = await caller.failure("new_entries", ["url": .string(server.address)])
        #expect(failure?.code == .notFound)
    }
}
