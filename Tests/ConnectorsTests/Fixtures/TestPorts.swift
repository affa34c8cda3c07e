/// Ports that are granted to the connectors which connect by themselves, so that their tests' servers can be reached from
/// runners, which may connect to no others. Below those that the kernel gives to whoever asks for any.
enum TestPorts {
    /// As many as fit into a runner's terms beside those that a manifest declares; `Servers/ports.py` has the same.
    static let range = 20_000...20_239
}
