using System.Globalization;
using Unrolled.Deployment;
using Unrolled.Numerics;

namespace Unrolled.Certification;

/// <summary>
/// Certificates from fresh instances of the declared family, which training, validation and comparison never see: valid for every distribution,
/// wrong in at most the part <c>1 - confidence</c> of all seeds.
/// </summary>
/// <remarks>
/// What a fraction is counted of (a threshold, a number of evaluations) must be chosen without the fresh instances, for example from validation. 459 is the fewest instances
/// that can prove 99 % with 99 % confidence. Every certificate has its own confidence: several together hold with less.
/// </remarks>
public static class StatisticalCertificate
{
    /// <summary>The confidence of the certificates in a model.</summary>
    public const double Confidence = 0.99;

    /// <summary>The part of a family that <see cref="Limit"/> speaks of.</summary>
    public const double Coverage = 0.99;

    /// <summary>How many instances a model is certified on unless an experiment says otherwise.</summary>
    public const int Instances = 459;

    private const string Independent = "instances are drawn independently from the declared family";

    /// <summary>The stream of the fresh instances of a seed.</summary>
    public static RandomStream Stream(ulong seed) => new RandomStream(seed).Split("certificate");

    /// <summary>
    /// "With 99 % confidence at least 98.7 % of the instances ..." The value bounds the part that does not, the bound is what the sentence leaves.
    /// Holds where the sentence says more than nothing.
    /// </summary>
    /// <param name="claim">What the instances do, after "of the instances".</param>
    /// <param name="successes">How many of the fresh instances do.</param>
    /// <param name="instances">How many there were.</param>
    /// <param name="assumptions">What it rests on beside independent draws.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    public static Certificate Fraction(string claim, int successes, int instances, IReadOnlyList<string> assumptions, double confidence = Confidence)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(assumptions);
        double least = BinomialProportion.LowerBound(successes, instances, confidence);
        int thousandths = (int)(1000 * least);
        return new Certificate(
            string.Create(CultureInfo.InvariantCulture,
                $"with {100 * confidence:0.###} % confidence at least {thousandths / 10.0:0.0} % of the instances {claim} ({successes} of {instances} fresh ones)"),
            1 - least, (1000 - thousandths) / 1000.0, thousandths > 0, [Independent, .. assumptions]);
    }

    /// <summary>"With 99 % confidence at least 99 % of the instances have a ... of at most V." The bound is V, the value rounded up to three digits.</summary>
    /// <param name="quantity">What is measured, after "at least 99 % of the instances have".</param>
    /// <param name="values">The measured numbers.</param>
    /// <param name="assumptions">What it rests on beside independent draws.</param>
    /// <param name="coverage">The part of the family, between 0 and 1.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    public static Certificate Limit(
        string quantity, ReadOnlySpan<double> values, IReadOnlyList<string> assumptions, double coverage = Coverage, double confidence = Confidence)
    {
        ArgumentNullException.ThrowIfNull(quantity);
        ArgumentNullException.ThrowIfNull(assumptions);
        double limit = ToleranceLimit.Of(values, coverage, confidence), bound = RoundedUp(limit);
        return new Certificate(
            string.Create(CultureInfo.InvariantCulture, $"with {100 * confidence:0.###} % confidence at least {100 * coverage:0.###} % of the instances have {quantity} of at most {bound:g3}"),
            double.IsFinite(limit) ? limit : double.MaxValue, double.IsFinite(bound) ? bound : double.MaxValue, double.IsFinite(bound), [Independent, .. assumptions]);
    }

    /// <summary>"With 99 % confidence the mean of ... over the family is at most V." The bound is V, the value rounded up to three digits.</summary>
    /// <param name="quantity">What is measured, after "the mean of".</param>
    /// <param name="values">The measured numbers.</param>
    /// <param name="low">What none of them can be below.</param>
    /// <param name="high">What none of them can be above.</param>
    /// <param name="assumptions">What it rests on beside independent draws.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    public static Certificate Mean(
        string quantity, ReadOnlySpan<double> values, double low, double high, IReadOnlyList<string> assumptions, double confidence = Confidence)
    {
        ArgumentNullException.ThrowIfNull(quantity);
        ArgumentNullException.ThrowIfNull(assumptions);
        double mean = BoundedMean.UpperBound(values, low, high, confidence), bound = Math.Min(high, RoundedUp(mean));
        return new Certificate(
            string.Create(CultureInfo.InvariantCulture, $"with {100 * confidence:0.###} % confidence the mean of {quantity} over the family is at most {bound:g3}"),
            mean, bound, mean < high, [Independent, .. assumptions]);
    }

    /// <summary>The smallest number of three decimal digits that is not smaller, as a double that reads back from them.</summary>
    private static double RoundedUp(double value)
    {
        if (!(value > 0) || !double.IsFinite(value))
        {
            return value;
        }

        double rounded = Parse(value);
        for (double step = Math.Pow(10, Math.Floor(Math.Log10(value)) - 2); rounded < value; rounded = Parse(rounded + step))
        {
        }

        return rounded;
    }

    private static double Parse(double value) => double.Parse(value.ToString("e2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
