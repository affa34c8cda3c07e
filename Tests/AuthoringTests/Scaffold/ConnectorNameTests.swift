import PatchbayAuthoring
import Testing

@Suite struct ConnectorNameTests {
    @Test(arguments: [("acme", "Acme", "Acme"), ("acme-shop-2", "AcmeShop2", "Acme Shop 2"), ("a", "A", "A")])
    func `an id gives the names of types and of people`(id: String, type: String, title: String) throws {
        let name = try ConnectorName(id)
        #expect(name.typeName == type)
        #expect(name.title == title)
    }

    @Test(arguments: [
        ("Acme", "acme"), ("AcmeShop", "acme-shop"), ("acme_shop", "acme-shop"), ("acme shop!", "acme-shop"),
        ("2acme", "acme"), ("acme--shop", "acme-shop"), ("acme-", "acme"), ("-acme", "acme"),
    ])
    func `what is no id is refused, and a better one named`(text: String, better: String) {
        let error = #expect(throws: AuthoringError.self) { try ConnectorName(text) }
        #expect(error?.description.contains("Use `\(better)`") == true, "\(error?.description ?? "")")
    }

    @Test(arguments: ["", "!!!", "../../etc", "日本", String(repeating: "a", count: 64)])
    func `hostile names are refused`(text: String) {
        #expect(throws: AuthoringError.self) { try ConnectorName(text) }
    }
}
