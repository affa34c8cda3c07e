import CLibCurl

/// One libcurl easy handle. Confined to the thread that made it.
final class EasyHandle {
    let raw: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    /// libcurl reads the list while the transfer lasts.
    private var headerList: UnsafeMutablePointer<curl_slist>?

    init?() {
        guard let raw = curl_easy_init() else { return nil }
        self.raw = raw
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(raw)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// Forgets all options; connections and the session cache stay.
    func reset() throws(CurlFailure) {
        curl_easy_reset(raw)
        errorText[0] = 0
        curl_slist_free_all(headerList)
        headerList = nil
        try check(pb_curl_set_pointer(raw, CURLOPT_ERRORBUFFER, errorText))
    }

    func set(_ option: CURLoption, _ value: Int) throws(CurlFailure) {
        try check(pb_curl_set_long(raw, option, value))
    }

    func set(_ option: CURLoption, _ value: String?) throws(CurlFailure) {
        try check(pb_curl_set_string(raw, option, value))
    }

    /// Names are tokens and values hold no control characters: checked before.
    func set(headers: [HTTPField], suppressing names: [String]) throws(CurlFailure) {
        let lines =
            headers.map { field in
                let value = field.value.drop { $0 == " " || $0 == "\t" }
                // libcurl takes "Name:" for "leave this header out", and "Name;" for an empty one.
                return value.isEmpty ? field.name + ";" : "\(field.name): \(value)"
            } + names.map { $0 + ":" }
        for line in lines {
            guard let list = curl_slist_append(headerList, line) else { throw CurlFailure(code: CURLE_OUT_OF_MEMORY) }
            headerList = list
        }
        try check(pb_curl_set_list(raw, CURLOPT_HTTPHEADER, headerList))
    }

    /// libcurl copies it.
    func set(body: [UInt8]) throws(CurlFailure) {
        try check(pb_curl_set_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        try check(body.withUnsafeBytes { pb_curl_set_pointer(raw, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) })
        if body.isEmpty { try check(pb_curl_set_string(raw, CURLOPT_COPYPOSTFIELDS, "")) }
    }

    /// libcurl copies it.
    func set(_ option: CURLoption, blob: [UInt8]) throws(CurlFailure) {
        try check(blob.withUnsafeBytes { pb_curl_set_blob(raw, option, $0.baseAddress, $0.count) })
    }

    /// `user` goes to the callbacks as it is and must outlive the transfer.
    func set(callbacks user: UnsafeMutableRawPointer) throws(CurlFailure) {
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_OPENSOCKETDATA, CURLOPT_PREREQDATA] {
            try check(pb_curl_set_pointer(raw, option, user))
        }
        try check(pb_curl_set_data_function(raw, CURLOPT_WRITEFUNCTION, receiveBody))
        try check(pb_curl_set_data_function(raw, CURLOPT_HEADERFUNCTION, receiveHeader))
        try check(pb_curl_set_socket_function(raw, CURLOPT_OPENSOCKETFUNCTION, openSocket))
        try check(pb_curl_set_before_request_function(raw, CURLOPT_PREREQFUNCTION, beforeRequest))
    }

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        return pb_curl_get_long(raw, info, &value) == CURLE_OK ? value : 0
    }

    /// Whether any byte of the request has left since the last reset.
    var hasSent: Bool { number(CURLINFO_REQUEST_SIZE) > 0 }

    /// libcurl's own sentence about the last failure, else its general one for the code.
    func explanation(of code: CURLcode) -> String {
        let text = String(cString: errorText)
        return text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    }

    private func check(_ code: CURLcode) throws(CurlFailure) {
        guard code == CURLE_OK else { throw CurlFailure(code: code) }
    }
}

/// libcurl refused an option: it lacks a feature, or memory.
struct CurlFailure: Error {
    var code: CURLcode
}
