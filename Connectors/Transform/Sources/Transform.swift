public import ConnectorSDK

/// Values made of other values: no network, no files, nothing kept.
public let transform = Connector(
    id: "transform", version: "1.0.0", name: "Transform",
    summary: "Picks, filters and sums up data by JMESPath and CEL, and turns CSV and XML into JSON and back.",
    category: .utility, license: "Apache-2.0", libraries: ["libre2"], isolation: .inProcess,
    limits: Connector.Limits(concurrency: 64, timeout: .seconds(30)),
    actions: [
        JMESPath.self, CELMap.self, CELFilter.self, CELReduce.self, CSVToJSON.self, JSONToCSV.self, XMLToJSON.self,
        JSONToXML.self,
    ])
