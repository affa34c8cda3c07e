/// What a connector is written in.
package enum ConnectorLanguage: String, Sendable, CaseIterable {
    case swift, c, declarative
}
