/// Runs one piece of work at a time, in order, also after failures. What has begun is not cancelled: half an
/// exchange would leave a session without an owner.
actor OneAtATime {
  private var last: Task<Void, Never>?

  func run<T: Sendable>(_ work: @escaping @Sendable () async throws -> T) async throws -> T {
    let before = last
    let task = Task {
      await before?.value
      return try await work()
    }
    last = Task { _ = await task.result }
    return try await task.value
  }
}
