using Unrolled.Numerics;

namespace Unrolled.Problems;

/// <summary>A distribution of problems: what a method is learned for, and where it is valid.</summary>
/// <typeparam name="TProblem">The kind of problem drawn.</typeparam>
public interface IProblemFamily<TProblem>
{
    /// <summary>One sentence that says which problems these are, with sizes and ranges.</summary>
    string Description { get; }

    /// <summary>Draws a batch of problems. The same stream draws the same problems, to the bit.</summary>
    TProblem Draw(int instances, RandomStream stream);
}
