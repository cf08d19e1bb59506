/// The value under the type that it has anyway.
///
/// The caller has compared the types, which costs nothing where a cast asks the runtime.
@inline(__always)
func recast<Own, Other>(_ value: Own, as type: Other.Type) -> Other {
    precondition(Own.self == Other.self)
    return unsafeBitCast(value, to: type)
}
