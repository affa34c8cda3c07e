extension Scaffold {
    /// A document of one action, with a recording to test it by: there is no code that could answer by itself.
    static func declarative(_ name: ConnectorName) -> [File] {
        [
            File(path: "connector.yaml", text: document(name)),
            File(path: "Tests/Recordings/get_order.json", text: recording), ignored,
        ]
    }

    private static func document(_ name: ConnectorName) -> String {
        """
        # Described in ConnectorSDK/Docs/declarative.md.
        declarative: 1
        id: \(name.id)
        version: 1.0.0
        name: \(name.title)
        summary: Orders of \(name.title).
        category: utility
        base_url: "{{ settings.base_url }}"
        settings:
          base_url: {type: string, format: uri, default: "https://api.example.com"}
        auth:
          account: {title: API token, kind: bearer}
        actions:
          get_order:
            title: Get an order
            input:
              id: {type: string, description: The order's number., minLength: 1}
            request:
              path: /orders/{{ input.id }}
            response:
              output: {id: "{{ body.id }}", state: "{{ body.state }}"}
            errors:
              - when: {status: 404}
                code: not_found
                message: There is no order {{ input.id }}.
            output: {id: string, state: string}

        """
    }

    private static let recording = """
        {
          "operation": "get_order",
          "input": {"id": "7"},
          "exchanges": [
            {
              "request": {"method": "GET", "url": "https://api.example.com/orders/7"},
              "response": {"status": 200, "headers": {"content-type": "application/json"}, "json": {"id": "7", "state": "open"}}
            }
          ],
          "output": {"id": "7", "state": "open"}
        }

        """
}
