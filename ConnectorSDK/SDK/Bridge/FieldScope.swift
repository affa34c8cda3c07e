import Glibc

/// What making a `Fields` value means just now, on this thread.
///
/// The compiler's `init()` of a struct evaluates its `@Field(…)`s in the order of declaration. Inside a scope each of them
/// either declares itself (`FieldDeclarations`) or takes the next member of the object that is read (`FieldReader`). That
/// gives typed values, schemas and documentation from one declaration, without macros and without reflection at run time.
///
/// Bound to the thread and not to the task: making a value never suspends, and a task-local costs a tenth of an empty call.
@usableFromInline
class FieldScope {
    /// Whether this is a `FieldReader`.
    @usableFromInline final let isReading: Bool

    init(isReading: Bool) { self.isReading = isReading }

    /// This as a reader; nil when fields declare themselves.
    @inlinable final var reader: FieldReader? {
        isReading ? unsafeDowncast(self, to: FieldReader.self) : nil
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        precondition(pthread_key_create(&key, nil) == 0, "no room for a thread's own data")
        return key
    }()

    @usableFromInline static var current: FieldScope? {
        pthread_getspecific(key).map { Unmanaged<FieldScope>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Makes `scope`, or none, the thread's scope for the time of `body`.
    @usableFromInline
    static func with<Result>(_ scope: FieldScope?, _ body: () -> Result) -> Result {
        let outer = pthread_getspecific(key)
        pthread_setspecific(key, scope.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) })
        defer { pthread_setspecific(key, outer) }
        return withExtendedLifetime(scope, body)
    }
}
