// Replaced by the connector's first file.
