extension Scaffold {
    static func c(_ name: ConnectorName) -> [File] {
        [
            File(path: "\(name.id).c", text: source(name)), File(path: "connector.json", text: declaration(name)),
            greeting(of: name), ignored,
        ]
    }

    private static func source(_ name: ConnectorName) -> String {
        """
        /* \(name.title). What it declares stands in connector.json; `patchbay connector build` puts that into the library. */
        #include "connector.h"

        /* {"name": "Ada"} -> {"greeting": "Hello, Ada!"} */
        static void hello(const pbc_call *call) {
          char name[400];
          if (!pbc_member(call->input, "name", name, sizeof name)) strcpy(name, "world");
          pbc_text output = {0};
          pbc_add(&output, "{\\"greeting\\": ");
          pbc_add_string(&output, (const char *[]){"Hello, ", name, "!", NULL});
          pbc_add(&output, "}");
          pbc_succeed(call->id, &output);
        }

        PBC_CONNECTOR({"hello", hello})

        """
    }

    private static func declaration(_ name: ConnectorName) -> String {
        """
        {
          "id": "\(name.id)", "version": "1.0.0", "name": "\(name.title)", "summary": "Says hello.", "category": "utility",
          "permissions": {"hosts": [], "credentials": []},
          "operations": [
            {
              "id": "hello", "title": "Say hello", "summary": "Greets whoever is named.", "effect": "read",
              "input": {
                "type": "object", "additionalProperties": false,
                "properties": {
                  "name": {
                    "type": "string", "description": "Who is greeted.", "minLength": 1, "maxLength": 100, "default": "world"
                  }
                }
              },
              "output": {
                "type": "object", "required": ["greeting"],
                "properties": {"greeting": {"type": "string", "description": "The greeting."}}
              }
            }
          ]
        }

        """
    }
}
