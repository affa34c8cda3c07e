import PatchbayCore
import PatchbayJSON

/// What KMS's answers mean to an operator
/// (https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html, and those of Encrypt and Decrypt).
enum AmazonKeyRefusal {
    /// Its server was not reached.
    static func away(_ failure: WebFailure, _ key: AmazonKey) -> SecurityError {
        SecurityError(
            code: .unavailable, message: "AWS KMS at \(key.endpoint) is not reached: \(failure.description)")
    }

    /// An answer of status 200 that is none.
    static func unreadable(_ operation: String, _ key: AmazonKey) -> SecurityError {
        SecurityError(
            code: .unavailable,
            message: "what \(key.endpoint) answers to \(operation) is no answer of KMS. Is it KMS? "
                + "AWS_ENDPOINT_URL_KMS says where it is")
    }

    static func error(_ status: Int, _ content: JSON?, _ operation: String, _ key: AmazonKey) -> SecurityError {
        // `com.amazonaws.kms#AccessDeniedException`, or without what stands before the sign.
        let type = content?["__type"]?.string?.split(separator: "#").last.map { $0.prefix(80) } ?? ""
        let words = (content?["message"] ?? content?["Message"])?.string?.prefix(300) ?? ""
        let said = "\(type.isEmpty ? "status \(status)" : String(type))" + (words.isEmpty ? "" : ": \(words)")
        switch type {
        case "InvalidCiphertextException":
            return SecurityError(
                code: .damaged,
                message: "KMS cannot open a wrapped data key (\(said)): it was changed, or belongs to another row")
        case "IncorrectKeyException":
            return SecurityError(
                code: .wrongKey, message: "another key of KMS than \(key.arn) wrapped a data key (\(said))")
        case "AccessDeniedException":
            return refused(
                "KMS does not let \(key.accessKey) do \(operation) with \(key.arn) (\(said)). Its policy must allow "
                    + "kms:Encrypt and kms:Decrypt")
        case "NotFoundException":
            return refused("there is no key \(key.arn) at \(key.endpoint) (\(said))")
        case "DisabledException", "KMSInvalidStateException", "InvalidKeyUsageException":
            return refused("the key \(key.arn) cannot be used now (\(said))")
        case "KeyUnavailableException", "DependencyTimeoutException", "KMSInternalException", "ThrottlingException",
            "LimitExceededException", "RequestLimitExceeded", "ServiceUnavailable", "InternalFailure":
            return SecurityError(code: .unavailable, message: "KMS cannot answer now (\(said))")
        case _ where status >= 500 || status == 429:
            return SecurityError(code: .unavailable, message: "KMS cannot answer now (\(said))")
        default:
            // Among them a signature of another secret or another time, and a token that has expired.
            return refused(
                "KMS refuses \(operation) (\(said)). Are AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the machine's "
                    + "clock right?")
        }
    }

    private static func refused(_ message: String) -> SecurityError {
        SecurityError(code: .refused, message: message)
    }
}
