import PatchbayAuthoring
import PatchbayModules
import PatchbayOutbound

/// A small connector in C with an action that asks a server, as its author would write it.
struct Shop {
    let folder: TemporaryFolder
    let project: ConnectorProject
    let product: ConnectorBuild.Product

    static let source = """
        #include "connector.h"

        static void replied(pb_call call, const pb_http_response *response, const pb_error *error) {
          if (pbc_failed(call, response, error)) return;
          char state[100];
          if (!pbc_member(response->body, "state", state, sizeof state)) {
            pbc_fail(call, PB_CODE_UPSTREAM, "The shop's answer has no state.", NULL);
            return;
          }
          pbc_text output = {0};
          pbc_add(&output, "{\\"state\\":");
          pbc_add_string(&output, (const char *[]){state, NULL});
          pbc_add(&output, "}");
          pbc_succeed(call, &output);
        }

        static void get_order(const pbc_call *call) {
          char base[200], id[100], url[400];
          if (!pbc_member(call->settings, "base_url", base, sizeof base)) base[0] = 0;
          if (!pbc_member(call->input, "id", id, sizeof id)) id[0] = 0;
          snprintf(url, sizeof url, "%s/orders/%s", base, id);
          pbc_request request = {.method = "GET", .url = url, .headers = "Accept: application/json\\n", .reply = replied};
          pbc_send(call, &request);
        }

        static void crash(const pbc_call *call) {
          (void)call;
          abort();
        }

        PBC_CONNECTOR({"get_order", get_order}, {"crash", crash})
        """

    static let declaration = """
        {"id": "shop", "version": "1.0.0", "name": "Shop", "summary": "Orders.", "category": "commerce",
         "permissions": {"hosts": [{"setting": "base_url"}],
          "credentials": [{"name": "account", "title": "Token", "access": "inject", "kinds": [{"kind": "bearer"}]}]},
         "settings": {"type": "object", "properties": {"base_url": {"type": "string"}}},
         "operations": [
          {"id": "get_order", "title": "Get an order", "effect": "read", "credential": "account",
           "input": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
           "output": {"type": "object", "required": ["state"], "properties": {"state": {"type": "string"}}}},
          {"id": "crash", "title": "Crash", "effect": "write", "input": {"type": "object"}, "output": true}]}
        """

    static func build(development: Int? = nil) async throws -> Shop {
        let folder = try TemporaryFolder()
        try folder.write(source, to: "shop.c")
        try folder.write(declaration, to: "connector.json")
        let project = try ConnectorProject.open(folder.path)
        let build = ConnectorBuild(
            project, sdk: BuildFolder.sdk, prober: try BuildFolder.prober, development: development)
        return Shop(folder: folder, project: project, product: try await build.run())
    }

    func open() async throws -> LocalConnector {
        try await LocalConnector.open("shop", in: project.plugins, prober: try BuildFolder.prober)
    }

    static func client() throws -> OutboundClient {
        try OutboundClient(policy: try EgressPolicy(parsing: "127.0.0.0/8"))
    }
}
