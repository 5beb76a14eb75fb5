using Unrolled.Numerics;

namespace Unrolled.Problems;

/// <summary>
/// A right-hand side <c>dy = f(y, p, t)</c> for a batch of instances, for functions that cannot be written as equations.
/// It is called from several threads at once, on different instances, and must treat every instance by itself.
/// </summary>
/// <param name="y">The states, (components, instances).</param>
/// <param name="p">The parameters of the same instances, (parameters, instances).</param>
/// <param name="t">The times, one for each instance.</param>
/// <param name="dy">Receives the derivatives; shaped like <paramref name="y"/>.</param>
public delegate void BatchRightHandSide(Batch y, Batch p, ReadOnlySpan<double> t, Batch dy);
