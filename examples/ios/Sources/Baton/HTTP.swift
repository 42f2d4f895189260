import Foundation

/// Sends requests to the URL that they name, and to no other.
final class HTTP: Sendable {
  private static let largest = 256 * 1024

  private let session: URLSession

  init(timeout: TimeInterval) {
    // No cookies, no cache, no credentials of the system.
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpShouldSetCookies = false
    configuration.httpCookieAcceptPolicy = .never
    configuration.urlCache = nil
    configuration.urlCredentialStorage = nil
    configuration.timeoutIntervalForRequest = timeout
    session = URLSession(configuration: configuration, delegate: NoRedirects(), delegateQueue: nil)
  }

  deinit { session.finishTasksAndInvalidate() }

  /// Sends a request of the library's own and reads the whole answer.
  ///
  /// Throws `network`; `unsupported_response` for a redirect, or for more than 256 KiB.
  func send(_ request: URLRequest) async throws -> Answer {
    let (bytes, response) = try await answer(to: request) { try await self.session.bytes(for: $0) }
    guard !(300..<400).contains(response.statusCode) else {
      throw BatonError(.unsupportedResponse, "the answer is a redirect", status: response.statusCode)
    }
    var body = Data()
    do {
      for try await byte in bytes {
        body.append(byte)
        if body.count > Self.largest { break }
      }
    } catch {
      throw noAnswer(to: request, error)
    }
    guard body.count <= Self.largest else {
      throw BatonError(.unsupportedResponse, "the answer is too large", status: response.statusCode)
    }
    return Answer(response: response, body: body)
  }

  /// Sends a request of the app and reads the whole answer, of any size. Follows no redirect.
  func fetch(_ request: URLRequest) async throws -> Answer {
    let (body, response) = try await answer(to: request) { try await self.session.data(for: $0) }
    return Answer(response: response, body: body)
  }

  private func answer<Body>(
    to request: URLRequest, by load: (URLRequest) async throws -> (Body, URLResponse)
  ) async throws -> (Body, HTTPURLResponse) {
    do {
      let (body, response) = try await load(request)
      if let response = response as? HTTPURLResponse { return (body, response) }
    } catch {
      throw noAnswer(to: request, error)
    }
    throw BatonError(.unsupportedResponse, "this is not HTTP")
  }

  // The error of URLSession quotes the whole URL: only its code is kept.
  private func noAnswer(to request: URLRequest, _ error: any Error) -> any Error {
    if error is CancellationError || (error as? URLError)?.code == .cancelled { return CancellationError() }
    let cause = (error as? URLError).map { URLError($0.code) }
    return BatonError(.network, "no answer from \(request.url?.host ?? "")", cause: cause)
  }
}

private final class NoRedirects: NSObject, URLSessionTaskDelegate {
  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest
  ) async -> URLRequest? {
    nil
  }
}

extension URLRequest {
  /// A form for an endpoint of OAuth, whose URL has been checked.
  static func post(_ url: URL, _ form: Form) -> URLRequest {
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "Accept")
    request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
    request.httpBody = Data(form.encoded.utf8)
    return request
  }
}
