namespace Unrolled.Learning;

/// <summary>The objective of RK-NN: <c>γ mean |e|^2/|e_ref|^2 + μ/2 sum_i (relative error of the i-th derivative in h at h = 0)^2</c>.</summary>
public sealed record OneStepOptions
{
    /// <summary>The number of Taylor terms.</summary>
    public int TaylorTerms { get; init; } = 3;

    /// <summary>γ, the weight of the error of one step relative to that of Kutta 3.</summary>
    public double DataWeight { get; init; } = 1;

    /// <summary>μ, the weight of the Taylor terms.</summary>
    public double TaylorWeight { get; init; } = 1;

    /// <summary>The smallest step size of a sample, as a fraction of the step that the budget allows.</summary>
    public double SmallestStep { get; init; } = 0.2;

    /// <summary>The largest step size of a sample, as a fraction of the step that the budget allows.</summary>
    public double LargestStep { get; init; } = 2;

    /// <summary>Draws the step sizes, uniform in their logarithm.</summary>
    public ulong Seed { get; init; } = 1;
}
