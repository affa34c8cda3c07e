/// What functions do, for people who choose one.
enum FunctionGuide {
    /// By their whole names.
    static let about: [String: String] = texts.merging(lists) { $1 }.merging(values) { $1 }.merging(numbers) { $1 }
        .merging(times) { $1 }.merging(networks) { $1 }

    private static let texts = [
        "charAt": "The character at a position, from 0.",
        "contains": "Whether a text stands in the text.",
        "endsWith": "Whether the text ends with another.",
        "startsWith": "Whether the text begins with another.",
        "format":
            "The text with %s, %d and their like replaced by the list's values; of a time its text after a pattern.",
        "indexOf": "The position of the first occurrence, from 0; -1 when there is none.",
        "lastIndexOf": "The position of the last occurrence, from 0; -1 when there is none.",
        "join": "The texts of a list in one, with a separator between them.",
        "lowerAscii": "The text with the letters A to Z in lower case.",
        "upperAscii": "The text with the letters a to z in upper case.",
        "replace": "The text with every occurrence, or the first few, replaced.",
        "reverse": "The characters or elements in the opposite order.",
        "split": "The parts of the text between separators.",
        "substring": "The characters from a position up to another.",
        "trim": "The text without white space around it.",
        "matches": "Whether a regular expression (RE2) finds something in the text.",
        "strings.quote": "The text in double quotes, with escapes.",
        "regex.replace": "The text with what a regular expression (RE2) finds replaced; \\1 is its first group.",
        "regex.extract": "What a regular expression (RE2) finds first, or nothing.",
        "regex.extractAll": "All that a regular expression (RE2) finds.",
        "base64Encode": "The text or bytes in base64.",
        "base64Decode": "The text that base64 stands for.",
        "base64.encode": "Bytes in base64.",
        "base64.decode": "The bytes that base64 stands for.",
        "json": "The value as JSON text.",
        "parseJSON": "The value of a JSON text.",
        "hash": "The SHA-256 of a text or bytes in hexadecimal, or the digest that is named.",
        "uuid": "A new random UUID.",
    ]

    private static let lists = [
        "size": "The number of elements, entries, characters or bytes.",
        "distinct": "The elements without those that came before.",
        "flatten": "The elements of the lists in a list.",
        "first": "The first element, or nothing.",
        "last": "The last element, or nothing.",
        "slice": "The elements from a position up to another.",
        "sort": "The elements in order, the least first.",
        "lists.range": "The whole numbers from 0 up to a number.",
        "sets.contains": "Whether a list has all elements of another.",
        "sets.equivalent": "Whether two lists have the same elements, in any order.",
        "sets.intersects": "Whether two lists have an element in common.",
    ]

    private static let values = [
        "bool": "The text \"true\" or \"false\" as a bool.",
        "bytes": "The UTF-8 of a text.",
        "double": "A number or text as a double.",
        "int": "A number, text or time as an int; fractions are cut off.",
        "uint": "A number or text as an unsigned int.",
        "string": "The value as text.",
        "dyn": "The value, of a type that is checked in the run only.",
        "type": "The type of a value.",
        "optional.of": "An optional with a value.",
        "optional.ofNonZeroValue": "An optional, without a value when that is empty, zero or false.",
        "optional.none": "An optional without a value.",
        "optional.unwrap": "The values of those optionals in a list that have one.",
        "unwrapOpt": "The values of those optionals in a list that have one.",
        "hasValue": "Whether there is a value.",
        "value": "The value; an error when there is none.",
        "or": "The optional, or another when it has no value.",
        "orValue": "The value, or another when there is none.",
    ]

    private static let numbers = [
        "math.abs": "The number without its sign.",
        "math.ceil": "The least whole number that is not less.",
        "math.floor": "The greatest whole number that is not greater.",
        "math.round": "The nearest whole number; halves go away from zero.",
        "math.trunc": "The number without its fraction.",
        "math.sqrt": "The square root.",
        "math.sign": "-1, 0 or 1.",
        "math.greatest": "The greatest of the numbers.",
        "math.least": "The least of the numbers.",
        "math.isFinite": "Whether the number is neither infinite nor NaN.",
        "math.isInf": "Whether the number is infinite.",
        "math.isNaN": "Whether it is no number.",
        "math.bitAnd": "The bits that are set in both.",
        "math.bitOr": "The bits that are set in either.",
        "math.bitXor": "The bits that are set in one of the two.",
        "math.bitNot": "The bits that are not set.",
        "math.bitShiftLeft": "The bits moved towards the greater ones.",
        "math.bitShiftRight": "The bits moved towards the lesser ones.",
    ]

    private static let times = [
        "now": "This moment; the same throughout an evaluation.",
        "timestamp": "The moment that a text (RFC 3339) or a number of seconds since 1970 stands for.",
        "duration": "The duration that a text such as \"1h30m\" stands for.",
        "getFullYear": "The year, in UTC or a time zone.",
        "getMonth": "The month from 0, in UTC or a time zone.",
        "getDate": "The day of the month from 1, in UTC or a time zone.",
        "getDayOfMonth": "The day of the month from 0, in UTC or a time zone.",
        "getDayOfWeek": "The day of the week from 0 for Sunday, in UTC or a time zone.",
        "getDayOfYear": "The day of the year from 0, in UTC or a time zone.",
        "getHours": "The hour, in UTC or a time zone; of a duration all of its hours.",
        "getMinutes": "The minute, in UTC or a time zone; of a duration all of its minutes.",
        "getSeconds": "The second; of a duration all of its seconds.",
        "getMilliseconds": "The milliseconds of the second.",
    ]

    private static let networks = [
        "ip": "The address that a text stands for; of a block its address.",
        "cidr": "The block of addresses that a text such as \"10.0.0.0/8\" stands for.",
        "isIP": "Whether a text is an IP address.",
        "isCIDR": "Whether a text is a block of addresses.",
        "ip.isCanonical": "Whether an address is written in its shortest form.",
        "family": "4 or 6.",
        "isUnspecified": "Whether it is 0.0.0.0 or ::.",
        "isLoopback": "Whether it is an address of the machine itself.",
        "isGlobalUnicast": "Whether it is a global unicast address.",
        "isLinkLocalMulticast": "Whether it is a link-local multicast address.",
        "isLinkLocalUnicast": "Whether it is a link-local unicast address.",
        "containsIP": "Whether an address is in the block.",
        "containsCIDR": "Whether another block is in the block.",
        "masked": "The block with the bits behind its prefix cleared.",
        "isMask": "Whether the bits behind the prefix are clear.",
        "prefixLength": "The number of bits of the prefix.",
    ]
}
