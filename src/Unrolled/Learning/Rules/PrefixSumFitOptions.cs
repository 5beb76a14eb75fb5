using Unrolled.Numerics;

namespace Unrolled.Learning.Rules;

/// <summary>How a <see cref="PrefixSumNetwork"/> is trained.</summary>
public sealed record PrefixSumFitOptions
{
    /// <summary>The length of the strings; no longer ones are ever trained.</summary>
    public int Bits { get; init; } = 16;

    /// <summary>The length of the first strings.</summary>
    public int FirstBits { get; init; } = 4;

    /// <summary>Over which part of the updates the length grows from <see cref="FirstBits"/> to <see cref="Bits"/>.</summary>
    public double Growth { get; init; } = 0.2;

    /// <summary>The largest number of iterations that the gradient goes through.</summary>
    public int Iterations { get; init; } = 20;

    /// <summary>The largest number of iterations without a gradient before them.</summary>
    public int Skipped { get; init; } = 20;

    /// <summary>How many strings an update sees.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The largest number of updates.</summary>
    public int Updates { get; init; } = 15000;

    /// <summary>The largest learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Over how many updates the rate rises to its largest value; then it falls as a cosine.</summary>
    public int WarmUp { get; init; } = 1000;

    /// <summary>What is left of the rate at the end.</summary>
    public double FinalRate { get; init; } = 0.02;

    /// <summary>The norm to which longer gradients are shortened.</summary>
    public double GradientNorm { get; init; } = 1;

    /// <summary>The decay of the running mean of the weights, which is what is validated and kept.</summary>
    public double Averaging { get; init; } = 0.995;

    /// <summary>How many rounds the updates are divided into; after each the validation is asked.</summary>
    public int Rounds { get; init; } = 60;

    /// <summary>The lengths of the strings of the validation, in increasing order.</summary>
    public IReadOnlyList<int> ValidationBits { get; init; } = [64, 128];

    /// <summary>How many strings of every length the validation has.</summary>
    public int ValidationStrings { get; init; } = 64;

    /// <summary>How often the block is applied per bit of a string in the validation.</summary>
    public double IterationsPerBit { get; init; } = 1;

    /// <summary>The training ends early when this part of the strings of every validation length is right.</summary>
    public double Enough { get; init; } = 0.97;

    /// <summary>The seed of the strings and of the numbers of iterations.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The number of threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The processes that share the work; the result does not depend on how many there are.</summary>
    public IRanks Ranks { get; init; } = Numerics.Ranks.Alone;
}
