extension SignatureKey {
    /// What is wrong with a text that should be a public key; nil: nothing.
    package static func problem(_ text: String) -> String? {
        do throws(SecurityError) {
            _ = try SignatureKey(base64: text)
            return nil
        } catch {
            return error.message
        }
    }
}
