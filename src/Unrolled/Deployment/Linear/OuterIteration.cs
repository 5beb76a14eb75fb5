using Unrolled.Krylov;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;

namespace Unrolled.Deployment.Linear;

/// <summary>
/// Which iteration may stand around a learned polynomial for an operator: CG where that is safe, FGMRES, which allows any preconditioner, otherwise.
/// </summary>
/// <remarks>
/// CG needs a symmetric positive definite preconditioner, and <c>(1 - q(t))/t &gt; 0</c> on the spectrum makes the polynomial one. That is proved here for the interval of the
/// training (<see cref="ContractionBound"/>), and the operator's own spectrum is found by Lanczos' process from at most 64 products.
/// </remarks>
public sealed class OuterIteration
{
    private const int Restart = 60;

    // Lanczos' process finds the ends of a spectrum from inside
    private const double SpectrumSlack = 1.02;

    private OuterIteration(string? reasonForGmres, SpectralInterval? spectrum, ValidRange? trained)
    {
        ReasonForGmres = reasonForGmres;
        Method = reasonForGmres is null ? new ConjugateGradient() : new FlexibleGmres(Restart);
        Spectrum = spectrum;
        Outside = spectrum is SpectralInterval s && trained is ValidRange range
            ? [.. OutOfRange.Find([Allowed(range)], [(range.Name, s.Smallest), (range.Name, s.Largest)]).Select(o => o with { Range = range })]
            : [];
    }

    /// <summary>CG, or FGMRES restarted after 60 iterations.</summary>
    public IIteration<LinearSystem> Method { get; }

    /// <summary>Why CG is not used; null where it is.</summary>
    public string? ReasonForGmres { get; }

    /// <summary>The ends of the operator's spectrum; null where nothing depended on them.</summary>
    public SpectralInterval? Spectrum { get; }

    /// <summary>The ends of the spectrum that lie outside the interval of the training.</summary>
    public IReadOnlyList<OutOfRange> Outside { get; }

    /// <summary>Chooses.</summary>
    /// <param name="polynomial">The polynomial.</param>
    /// <param name="trained">The interval that held the training spectra; null if they were not those of symmetric operators.</param>
    /// <param name="scaled">A in the form of the training.</param>
    /// <param name="inner">The classical preconditioner inside the polynomial; null for none.</param>
    public static OuterIteration For(LearnedKrylov polynomial, ValidRange? trained, ILinearOperator scaled, ILinearOperator? inner = null)
    {
        ArgumentNullException.ThrowIfNull(polynomial);
        ArgumentNullException.ThrowIfNull(scaled);
        if (!scaled.Properties.HasFlag(OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite))
        {
            return new OuterIteration("the operator is not declared symmetric and positive definite", null, trained);
        }

        if (inner is not null)
        {
            return new OuterIteration("the polynomial is one in a preconditioned operator", null, trained);
        }

        if (trained is not ValidRange range || ContractionBound.Of(polynomial, range.Low, range.High) >= 1)
        {
            return new OuterIteration("nothing certifies that the polynomial contracts", null, trained);
        }

        SpectralInterval found = SpectralEstimate.Extremes(scaled, new RandomStream(1).Split("solve"))[0];
        bool inside = found.Largest <= Allowed(range).High && found.Smallest > 0;
        return new OuterIteration(
            inside ? null : FormattableString.Invariant(
                $"the operator has eigenvalues from about {found.Smallest:g3} to {found.Largest:g3}, outside the model's [{range.Low:g3}, {range.High:g3}]"),
            found,
            trained);
    }

    private static ValidRange Allowed(ValidRange range) => range with { Low = range.Low / SpectrumSlack, High = range.High * SpectrumSlack };
}
