import PatchbayCore
import Testing

@testable import PatchbaySecurity

/// Against the vectors that AWS publishes: its `aws-sig-v4-test-suite`, and the examples of
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
@Suite struct AWSSignatureTests {
    private let suite = AWSSignature(
        accessKey: "AKIDEXAMPLE", secretKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), region: "us-east-1",
        service: "service")
    /// 2015-08-30T12:36:00Z
    private let suiteTime = Timestamp(milliseconds: 1_440_938_160_000)

    private let storage = AWSSignature(
        accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1", service: "s3")
    /// 2013-05-24T00:00:00Z
    private let storageTime = Timestamp(milliseconds: 1_369_353_600_000)

    private func authorization(_ headers: [(name: String, value: String)]) -> String {
        headers.first { $0.name == "Authorization" }?.value ?? ""
    }

    private func suiteSignature(
        _ method: String, query: String = "", headers: [(name: String, value: String)] = [], body: String = ""
    ) -> String {
        let request = AWSSignature.Request(
            method: method, host: "example.amazonaws.com", path: "/", query: query, headers: headers,
            body: Array(body.utf8))
        return authorization(suite.headers(for: request, at: suiteTime))
    }

    @Test func `a plain request has AWS's own header`() {
        #expect(
            suiteSignature("GET")
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, "
                + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
    }

    @Test(
        arguments: [
            ("POST", "", [], "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
            (
                "GET", "Param2=value2&Param1=value1", [], "",
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
            ),
            ("GET", "Param1=value1", [], "", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
            (
                "POST", "", [("Content-Type", "application/x-www-form-urlencoded")], "Param1=value1",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
            ),
        ] as [(String, String, [(String, String)], String, String)])
    func `requests of the suite have its signatures`(
        method: String, query: String, headers: [(String, String)], body: String, signature: String
    ) {
        let headers = headers.map { (name: $0.0, value: $0.1) }
        #expect(suiteSignature(method, query: query, headers: headers, body: body).hasSuffix("Signature=" + signature))
    }

    @Test(
        arguments: [
            (
                "GET", "/test.txt", "", [("Range", "bytes=0-9")], "",
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
            ),
            (
                "PUT", "/test%24file.text", "",
                [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
                "Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
            ),
            ("GET", "/", "lifecycle", [], "", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            (
                "GET", "/", "max-keys=2&prefix=J", [], "",
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
            ),
        ] as [(String, String, String, [(String, String)], String, String)])
    func `requests to S3 have the signatures of its guide`(
        method: String, path: String, query: String, headers: [(String, String)], body: String, signature: String
    ) {
        let request = AWSSignature.Request(
            method: method, host: "examplebucket.s3.amazonaws.com", path: path, query: query,
            headers: headers.map { (name: $0.0, value: $0.1) }, body: Array(body.utf8))
        let signed = storage.headers(for: request, at: storageTime)
        #expect(authorization(signed).hasSuffix("Signature=" + signature))
        #expect(signed.contains { $0.name == "x-amz-content-sha256" })
    }

    @Test func `what others on the way change is not signed, and a path is encoded once more`() {
        var request = AWSSignature.Request(
            method: "POST", host: "lambda.us-east-1.amazonaws.com", path: "/2015-03-31/functions/arn%3Aaws/invocations",
            query: "", headers: [(name: "User-Agent", value: "a"), (name: "Authorization", value: "b")], body: [])
        let first = authorization(suite.headers(for: request, at: suiteTime))
        #expect(first.contains("SignedHeaders=host;x-amz-date,"))
        request.headers[0].value = "another"
        #expect(authorization(suite.headers(for: request, at: suiteTime)) == first)
        request.path = "/2015-03-31/functions/arn:aws/invocations"
        #expect(authorization(suite.headers(for: request, at: suiteTime)) != first)
    }
}
