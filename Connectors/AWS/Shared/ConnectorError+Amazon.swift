public import ConnectorSDK
import PatchbayJSON
import XMLDocuments

extension ConnectorError {
    /// What a refusal means: Amazon's services name their errors, in XML or in JSON, by words of which many are common to
    /// all (https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html).
    public init(amazon response: HTTPResponse) {
        let said = AmazonRefusal(response)
        let id = response.header("x-amzn-requestid") ?? response.header("x-amz-request-id")
        self.init(
            response,
            "Amazon answered with status \(response.status)\(said.word.map { " (\($0))" } ?? "")"
                + (said.reason.map { ": \($0)" } ?? "."),
            vendorCode: said.word, detail: id.map { ["request_id": .string($0)] })
        if let code = said.code {
            self.code = code
            if code == .rateLimited || response.status < 500 { effect = .none }
        }
    }
}

/// The word and the sentence of a refusal.
public struct AmazonRefusal: Sendable, Equatable {
    public var word: String?
    public var reason: String?

    public init(_ response: HTTPResponse) {
        if let json = try? response.json(), json.object != nil {
            let type = json["__type"]?.string ?? json["code"]?.string ?? response.header("x-amzn-errortype")
            // `com.amazonaws.sqs#QueueDoesNotExist`, `ResourceNotFoundException:http://…`
            word = type.map { String($0.split(separator: "#").last ?? "").prefix { $0 != ":" } }.map(String.init)
            reason = json["message"]?.string ?? json["Message"]?.string
            return
        }
        guard let root = try? XMLParser.parse(response.text, limits: XMLLimits(bytes: 1 << 20)) else {
            word = response.header("x-amzn-errortype").map { String($0.prefix { $0 != ":" }) }
            return
        }
        let error = root.localName == "Error" ? root : root["Error"]
        word = error?["Code"]?.text
        reason = error?["Message"]?.text
    }

    /// What the word means, where it says more than the status.
    public var code: ConnectorError.Code? {
        guard let word else { return nil }
        switch word {
        case "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired": return .authExpired
        case "AccessDenied", "AccessDeniedException", "InvalidClientTokenId", "SignatureDoesNotMatch",
            "UnrecognizedClientException", "InvalidAccessKeyId", "MissingAuthenticationToken", "NotAuthorized",
            "AuthorizationError", "OptInRequired", "RequestTimeTooSkewed", "InvalidSignatureException":
            return .authDenied
        case "NoSuchKey", "NoSuchBucket", "NoSuchVersion", "NotFound", "NotFoundException", "QueueDoesNotExist",
            "AWS.SimpleQueueService.NonExistentQueue", "ResourceNotFoundException":
            return .notFound
        case "SlowDown", "RequestLimitExceeded", "TooManyRequestsException", "RequestThrottled",
            "ProvisionedThroughputExceededException":
            return .rateLimited
        case "PreconditionFailed", "OperationAborted", "BucketAlreadyExists", "BucketNotEmpty": return .conflict
        case "InternalError", "InternalFailure", "ServiceUnavailable", "ServiceException": return .unavailable
        case _ where word.hasPrefix("Throttl"): return .rateLimited
        case _ where word.hasPrefix("Invalid") || word.hasPrefix("Validation") || word.hasPrefix("Malformed"):
            return .invalidInput
        default: return nil
        }
    }
}
