using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>A model of noise whose strength may be drawn anew for every instance.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public interface INoise
{
    /// <summary>What it is, as a part of a sentence.</summary>
    string Description { get; }

    /// <summary>The section <c>noise</c> of an experiment for fields of a source; null, as by default, where no text describes the noise.</summary>
    Settings? SettingsFor(IFieldSource source) => null;

    /// <summary>The least and the largest standard deviation that instances have, in units of the values.</summary>
    (double Least, double Largest) Sigma { get; }

    /// <summary>Makes noisy values. The same stream makes the same noise.</summary>
    /// <param name="clean">The values.</param>
    /// <param name="noisy">Receives them with noise; may be the same span.</param>
    /// <param name="stream">The instance's own stream.</param>
    /// <returns>The standard deviation of this instance's noise.</returns>
    double Add(ReadOnlySpan<float> clean, Span<float> noisy, RandomStream stream);
}
