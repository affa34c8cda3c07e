/// What a module offers: the one value that a connector's author writes beside its actions.
///
/// ```swift
/// public let acme = Connector(
///     id: "acme", version: "1.0.0", name: "Acme", summary: "Orders and customers of an Acme shop.", category: .commerce,
///     hosts: ["api.acme.example"], credentials: [CredentialSlot("account", title: "API token", kinds: [.bearer])],
///     actions: [CreateOrder.self, GetOrder.self])
/// ```
///
/// From it, and from the actions' types, comes the manifest that the host reads before it opens the library.
public struct Connector: Sendable {
    /// Lower-case letters, digits and hyphens, at most 63, beginning with a letter. Never changes.
    public var id: String
    /// Semantic version (https://semver.org). Workflows pin it exactly, so raise it with every release.
    public var version: String
    /// The brand's spelling.
    public var name: String
    /// One sentence: what one can do with it.
    public var summary: String
    public var category: Category
    /// SPDX identifier.
    public var license: String?
    /// The vendor's documentation of its API.
    public var documentation: String?
    /// Where its requests may go. Requests elsewhere are refused by the host.
    public var hosts: [Host]
    public var credentials: [CredentialSlot]
    /// Libraries of the system that it is linked with beside the C library and Swift's, without their version:
    /// `libpq`. The host has a list of what there may be.
    public var libraries: [String]
    /// What the operator, or a credential, may set; each call is given the values.
    public var settings: (any Fields.Type)?
    public var isolation: Isolation
    public var limits: Limits
    public var actions: [any Action.Type]
    /// Triggers that are asked from time to time.
    public var polls: [any PollTrigger.Type]
    /// Triggers that the vendor calls.
    public var webhooks: [any WebhookTrigger.Type]
    /// What it connects to by itself, for protocols that the host does not speak; nil for nothing.
    public var sockets: Sockets?

    public init(
        id: String, version: String, name: String, summary: String, category: Category, license: String? = nil,
        documentation: String? = nil, hosts: [Host] = [], credentials: [CredentialSlot] = [],
        libraries: [String] = [], settings: (any Fields.Type)? = nil, isolation: Isolation = .runner,
        limits: Limits = Limits(),
        sockets: Sockets? = nil, actions: [any Action.Type], polls: [any PollTrigger.Type] = [],
        webhooks: [any WebhookTrigger.Type] = []
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.summary = summary
        self.category = category
        self.license = license
        self.documentation = documentation
        self.hosts = hosts
        self.credentials = credentials
        self.libraries = libraries
        self.settings = settings
        self.isolation = isolation
        self.limits = limits
        self.actions = actions
        self.polls = polls
        self.webhooks = webhooks
        self.sockets = sockets
    }
}

extension Connector {
    /// Where people look for it.
    public enum Category: String, Sendable, CaseIterable {
        case ai, analytics, commerce, communication, crm, data, developer, files, marketing, productivity, utility
        case issueTracking = "issue_tracking"
    }

    /// Where its code runs.
    public enum Isolation: String, Sendable {
        /// In a sandboxed process of its own. What a crash takes down is this process only.
        case runner
        /// In the host, if the operator trusts it: only for connectors that are built with the host.
        case inProcess = "in_process"
    }

    /// A place that requests may go to.
    public enum Host: Sendable, ExpressibleByStringLiteral {
        /// `api.example.com`, `api.example.com:8443` or `*.example.com`; without a port, the scheme's own.
        case named(String)
        /// The host of the URL in this setting, for editions that people run themselves.
        case setting(String)
        /// Any host. A credential is then only sent to the hosts that it names itself.
        case any

        public init(stringLiteral name: String) { self = .named(name) }
    }

    /// A server that a connector speaks its own protocol with. The host looks up where it is, and lets calls through only to
    /// addresses that the operator allows; `Context.addresses` has them.
    public struct Sockets: Sendable {
        /// Name of the setting that holds the host's name.
        public var hostSetting: String
        /// Ports that the sandbox lets it connect to.
        public var ports: [Int]

        public init(hostSetting: String, ports: [Int]) {
            self.hostSetting = hostSetting
            self.ports = ports
        }
    }

    /// What the host holds it to.
    public struct Limits: Sendable {
        /// Calls at the same time.
        public var concurrency: Int
        /// How long a call may take when neither action nor workflow says otherwise.
        public var timeout: Duration
        /// Where it has processes of its own: MiB that each may fill, 16 to 65,536; nil for what the host gives.
        public var memory: Int?
        /// Calls that each of them has at a time, 1 to 1,000; nil for as many as the host gives. 1 for what cannot tell its
        /// calls apart, or is not sure to stop.
        public var callsPerProcess: Int?

        public init(
            concurrency: Int = 64, timeout: Duration = .seconds(30), memory: Int? = nil, callsPerProcess: Int? = nil
        ) {
            self.concurrency = concurrency
            self.timeout = timeout
            self.memory = memory
            self.callsPerProcess = callsPerProcess
        }
    }
}
