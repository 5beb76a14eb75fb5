namespace Unrolled.Differentiation;

/// <summary>A right-hand side dy = f(y, p, t) written once for any number type.</summary>
/// <typeparam name="T">The number type: <c>double</c> to compute, <see cref="Expression"/> to record.</typeparam>
/// <param name="y">The state.</param>
/// <param name="p">The parameters.</param>
/// <param name="t">The time.</param>
/// <param name="dy">Receives the derivative; as long as <paramref name="y"/>.</param>
public delegate void RightHandSide<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> p, T t, Span<T> dy);
