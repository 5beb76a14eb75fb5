using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Learning.Rules;

/// <summary>Learning programs, one of which is drawn at random and run.</summary>
/// <remarks>Safe for use by several threads.</remarks>
public interface IProgramSpace
{
    /// <summary>The binary logarithm of the number of programs.</summary>
    double Size { get; }

    /// <summary>Draws a program and lets it learn.</summary>
    ILearned Run(RandomStream stream, LabeledExamples examples);
}
