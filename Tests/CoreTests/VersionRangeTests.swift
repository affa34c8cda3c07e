import PatchbayCore
import Testing

struct VersionRangeTests {
    @Test(arguments: [
        ("1.2.3", "1.2.3", true), ("1.2.3", "1.2.4", false), ("1.2.3-rc.1", "1.2.3-rc.1", true), ("1", "1.9.9", true),
        ("1", "2.0.0", false), ("1", "0.9.0", false), ("1.2", "1.2.9", true), ("1.2", "1.3.0", false),
        ("^1.2", "1.9.0", true), ("^1.2", "1.1.9", false), ("^1.2", "2.0.0", false), ("^0.2.1", "0.2.9", true),
        ("^0.2.1", "0.3.0", false), ("^0.0.3", "0.0.3", true), ("^0.0.3", "0.0.4", false), ("^0", "0.9.0", true),
        ("^0", "1.0.0", false), ("^0.0", "0.0.9", true), ("^0.0", "0.1.0", false), ("~1.2.3", "1.2.9", true),
        ("~1.2.3", "1.3.0", false), ("~1", "1.9.0", true), ("*", "9.9.9", true), ("*", "1.0.0-beta", false),
        ("1", "1.5.0-beta", false), ("^1.2", "2.0.0-beta", false),
    ])
    func `a range takes what it should`(range: String, version: String, fits: Bool) throws {
        #expect(try #require(VersionRange(range)).contains(#require(Version(version))) == fits)
    }

    @Test(arguments: [
        "", "^", "~", "v1", "1.", ".1", "1.2.3.4", "01", "1.x", "-1", "^1.2-rc", "9223372036854775807", ">=1", "1 ",
    ])
    func `anything else is no range`(text: String) {
        #expect(VersionRange(text) == nil)
    }
}
