using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Krylov;

namespace Unrolled.Certification;

/// <summary>
/// Certifies that one step of a <see cref="LearnedKrylov"/> makes every eigencomponent of the residual smaller:
/// <c>|q(t)| &lt; 1</c> for all <c>t</c> of an interval of positive numbers (<see cref="ContractionBound"/>).
/// </summary>
public static class SpectralContraction
{
    /// <summary>Recomputes the certificate.</summary>
    /// <param name="method">The method.</param>
    /// <param name="low">The lower end of the spectrum.</param>
    /// <param name="high">The upper end.</param>
    public static Certificate Verify(LearnedKrylov method, double low, double high)
    {
        double bound = ContractionBound.Of(method, low, high);
        string interval = string.Create(CultureInfo.InvariantCulture, $"[{low:g6}, {high:g6}]");
        return new Certificate(
            $"one step multiplies every eigencomponent of the residual by less than 1 for eigenvalues in {interval}",
            double.IsFinite(bound) ? bound : double.MaxValue,
            1,
            bound < 1,
            [
                "the operator is symmetric",
                $"its eigenvalues lie in {interval}, which was estimated by Lanczos' process on the training operators",
                "exact arithmetic in the step",
            ]);
    }
}
