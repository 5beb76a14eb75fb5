using Unrolled.Numerics;

namespace Unrolled.Problems;

/// <summary>A batch of problems <c>f(x) = 0</c>: what the loop of an iteration needs to know of it.</summary>
/// <typeparam name="TSelf">The problem record itself.</typeparam>
public interface IProblem<TSelf>
    where TSelf : IProblem<TSelf>
{
    /// <summary>The number of unknowns of every instance.</summary>
    int Components { get; }

    /// <summary>How many problems of the same size this is.</summary>
    int Instances { get; }

    /// <summary>Where the iteration starts; null for zero.</summary>
    Batch? InitialIterate { get; }

    /// <summary>The true residual <c>destination = f(x)</c>.</summary>
    void Residual(Batch x, Batch destination);

    /// <summary>The norm per instance that a relative tolerance refers to; 0 where the problem has none of its own.</summary>
    void ReferenceNorm(Span<double> norms);

    /// <summary>The problem of the named instances, in that order, in memory of its own or of the arena.</summary>
    TSelf Select(ReadOnlySpan<int> instances, BatchArena? arena = null);

    /// <summary>The same problem started elsewhere.</summary>
    TSelf StartingAt(Batch iterate);
}
