namespace Unrolled.Learning;

/// <summary>A fit that advances round by round, remembers the best coefficients on a validation set and can be continued later.</summary>
/// <remarks>Deterministic: rounds are counted, no clock takes part. One thread at a time.</remarks>
public interface IFitRounds : IDisposable
{
    /// <summary>How many rounds were done.</summary>
    int Rounds { get; }

    /// <summary>Whether the rounds are used up or no longer help.</summary>
    bool Finished { get; }

    /// <summary>The least validation error so far.</summary>
    double BestError { get; }

    /// <summary>All that is needed to go on later with the same bits.</summary>
    FitState State { get; }

    /// <summary>The coefficients with the least validation error, in the layout of the method that is fitted.</summary>
    double[] BestCoefficients();

    /// <summary>One round; false when <see cref="Finished"/>.</summary>
    bool Round(CancellationToken cancellationToken = default);
}
