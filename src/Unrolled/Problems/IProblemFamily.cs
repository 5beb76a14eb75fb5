using Unrolled.Numerics;

namespace Unrolled.Problems;

/// <summary>A distribution of problems: what a method is learned for, and where it is valid.</summary>
/// <typeparam name="TProblem">The kind of problem drawn.</typeparam>
public interface IProblemFamily<TProblem>
{
    /// <summary>One sentence that says which problems these are, with sizes and ranges.</summary>
    string Description { get; }

    /// <summary>
    /// The family as an experiment writes it, so that others can draw the same problems from a model file; null, as by default, where no text describes it.
    /// </summary>
    Settings? Settings => null;

    /// <summary>
    /// Draws a batch of problems. The same stream draws the same problems, to the bit, also when it was drawn from before:
    /// instance <c>s</c> comes from the stream's split number <c>s</c>, so that a longer draw begins with a shorter one. Split
    /// the stream by name for training, validation and held-out problems.
    /// </summary>
    TProblem Draw(int instances, RandomStream stream);
}
