import PatchbayCore

extension RateLimits {
    /// `api=2000` and the like, which change what is usual; `execute=off` takes one limit away, and `off` all of them.
    init(setting words: [String]) throws {
        self = .standard
        for word in words {
            if word == "off" {
                self = .none
                continue
            }
            let halves = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2, let rateClass = RateClass(rawValue: halves[0]) else { throw Self.problem(word) }
            if halves[1] == "off" {
                self[rateClass] = nil
            } else if let number = Int(halves[1]), (1...Self.most).contains(number) {
                self[rateClass] = number
            } else {
                throw Self.problem(word)
            }
        }
    }

    private static func problem(_ word: String) -> ConfigurationProblem {
        let classes = RateClass.allCases.map(\.rawValue).joined(separator: ", ")
        return ConfigurationProblem(
            "PATCHBAY_RATE_LIMITS holds \(word), needs requests a minute for \(classes), such as api=2000,execute=off; or off."
        )
    }
}
