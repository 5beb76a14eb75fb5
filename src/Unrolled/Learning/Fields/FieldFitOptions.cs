using Unrolled.Numerics;
using Unrolled.Problems.Families;

namespace Unrolled.Learning.Fields;

/// <summary>How a network for signals or images is trained.</summary>
public sealed record FieldFitOptions
{
    /// <summary>What serves a family well: whole signals in large batches, patches of images in small ones, whose edges do not count.</summary>
    public static FieldFitOptions For(DenoisingFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        return family.Source.Rows == 1
            ? new() { Iterations = 500, BatchSize = 64, PatchRows = 1, PatchColumns = family.Source.Columns }
            : new() { Iterations = 10_000, Margin = 4 };
    }

    /// <summary>How many steps of Adam.</summary>
    public int Iterations { get; init; } = 2000;

    /// <summary>How many patches a step sees.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>The height of a patch; 1 for signals.</summary>
    public int PatchRows { get; init; } = 44;

    /// <summary>The width of a patch.</summary>
    public int PatchColumns { get; init; } = 44;

    /// <summary>How many points at every edge of a patch do not count: there the boundary of the patch is felt, which images do not have.</summary>
    public int Margin { get; init; }

    /// <summary>The largest learning rate.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>Over which part of the iterations the rate rises to its largest value; then it falls as a cosine to zero.</summary>
    public double WarmUp { get; init; } = 0.05;

    /// <summary>The norm to which longer gradients are shortened.</summary>
    public double GradientNorm { get; init; } = 1;

    /// <summary>How many rounds the iterations are divided into; after each the validation set is asked.</summary>
    public int Rounds { get; init; } = 20;

    /// <summary>The seed of patches and noise.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The number of threads; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The processes that share the work; the result does not depend on how many there are.</summary>
    public IRanks Ranks { get; init; } = Numerics.Ranks.Alone;
}
