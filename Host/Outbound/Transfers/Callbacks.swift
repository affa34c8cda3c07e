import CLibCurl
import Glibc

// What libcurl calls, always on the thread that drives the multi handle. Each copies what it is given and returns.

/// The bytes libcurl expects to be taken; any other number makes it give the transfer up.
private let refused = 0

let receiveBody: pb_curl_data_fn = { data, size, count, user in
    guard let data, let user else { return refused }
    let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
    let transfer = Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue()
    return transfer.receive(body: bytes) ? bytes.count : refused
}

let receiveHeader: pb_curl_data_fn = { data, size, count, user in
    guard let data, let user else { return refused }
    let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
    let transfer = Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue()
    return transfer.receive(headerLine: bytes) ? bytes.count : refused
}

/// Opens a socket for an address that the policy lets through. libcurl asks for each address it is about to connect to,
/// after resolving the name.
let openSocket: pb_curl_socket_fn = { user, purpose, target in
    // CURL_SOCKET_BAD
    let none: curl_socket_t = -1
    guard let user, let target else { return none }
    let transfer = Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue()
    let (family, kind) = (target.pointee.family, target.pointee.socktype)
    let start = UnsafeRawPointer(target) + MemoryLayout<curl_sockaddr>.offset(of: \.addr)!
    let socketAddress = UnsafeRawBufferPointer(start: start, count: Int(target.pointee.addrlen))
    guard transfer.mayConnect(to: IPAddress(socketAddress: socketAddress, family: family)) else { return none }
    return socket(family, kind | Int32(SOCK_CLOEXEC.rawValue), target.pointee.protocol)
}

/// Looks once more at where the connection leads that libcurl is about to send the request on, be it a new one or one that
/// was kept open.
let beforeRequest: pb_curl_before_request_fn = { user, address, _, _, _ in
    guard let user, let address else { return CURL_PREREQFUNC_ABORT }
    let transfer = Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue()
    return transfer.mayUse(connectionTo: String(cString: address)) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

extension IPAddress {
    /// From a `sockaddr_in` or `sockaddr_in6`.
    fileprivate init?(socketAddress bytes: UnsafeRawBufferPointer, family: Int32) {
        let place: Range<Int>? =
            switch family {
            case AF_INET: 4..<8
            case AF_INET6: 8..<24
            default: nil
            }
        guard let place, place.upperBound <= bytes.count else { return nil }
        self.init(bytes: Array(bytes[place]))
    }
}
