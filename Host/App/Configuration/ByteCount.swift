import Configuration

/// A setting that is a number of bytes: `65536`, `64KiB`, `32MiB`.
enum ByteCount {
    private static let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]

    /// Nil when it is not set. Throws `ConfigurationProblem` for what is no size, or none between the bounds.
    static func read(
        _ key: ConfigKey, _ name: String, in config: ConfigReader, from least: Int, to most: Int
    ) throws -> Int? {
        guard let text = config.string(forKey: key) ?? config.int(forKey: key).map(String.init) else { return nil }
        guard let count = bytes(text), (least...most).contains(count) else {
            throw ConfigurationProblem(
                "\(name) is \(text), needs a size from \(least) to \(most) bytes, such as 65536, 64KiB or 32MiB.")
        }
        return count
    }

    private static func bytes(_ text: String) -> Int? {
        for (unit, factor) in units where text.hasSuffix(unit) {
            guard let count = Int(text.dropLast(unit.count)) else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: factor)
            return overflow ? nil : product
        }
        return Int(text)
    }
}
