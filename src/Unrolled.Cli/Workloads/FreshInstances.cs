using System.Globalization;
using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Problems;

namespace Unrolled.Cli.Workloads;

/// <summary>What the statistical certificates of a model are about. It is chosen from validation when the model is learned, before any fresh instance is drawn.</summary>
/// <param name="Count">How many fresh instances are drawn.</param>
/// <param name="Threshold">What an instance must reach to count.</param>
internal sealed record FreshInstances(int Count, double Threshold)
{
    private const string CountKey = "certificate-instances", ThresholdKey = "certificate-threshold";

    /// <summary>The number that an experiment asks for under <c>certificate</c>; 0 for no statistical certificates.</summary>
    public static int Read(Settings experiment) => experiment.Section("certificate").Integer("instances", 0, 1_000_000, StatisticalCertificate.Instances);

    /// <summary>What a model says; null where it has no statistical certificates.</summary>
    public static FreshInstances? Of(Model model)
    {
        Settings settings = model.MethodSettings;
        return settings.Has(CountKey)
            ? new(settings.Integer(CountKey, 1, 1_000_000), settings.Number(ThresholdKey, double.MinValue, double.MaxValue))
            : null;
    }

    /// <summary>Writes what <see cref="Of"/> reads; nothing where none were asked for or validation reached nothing.</summary>
    public void WriteTo(Settings method)
    {
        if (Count > 0 && double.IsFinite(Threshold))
        {
            method.Set(CountKey, Count.ToString(CultureInfo.InvariantCulture));
            method.Set(ThresholdKey, Threshold.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The largest number, rounded up to 1, 2 or 5 times a power of ten; infinite where one is not finite.</summary>
    public static double RoundedUp(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
        {
            largest = double.IsFinite(value) ? Math.Max(largest, value) : double.PositiveInfinity;
            if (double.IsInfinity(largest))
            {
                return largest;
            }
        }

        if (largest == 0)
        {
            return 0;
        }

        int exponent = (int)Math.Floor(Math.Log10(largest)) - 1;
        while (true)
        {
            foreach (int digit in (int[])[1, 2, 5])
            {
                double rounded = double.Parse($"{digit}e{exponent}", CultureInfo.InvariantCulture);
                if (rounded >= largest)
                {
                    return rounded;
                }
            }

            exponent++;
        }
    }
}
