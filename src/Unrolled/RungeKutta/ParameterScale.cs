using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>
/// The unit in which a step-conditioned method measures its step: <c>ε = (h/h_0) prod_i (p_i/q_i)^(α_i)</c>, with parameters p of the
/// equation, reference values q and learned exponents α. Where a parameter is a rate, the step is then measured in the problem's own time.
/// </summary>
/// <remarks>
/// For fixed parameters ε is h times a constant, so that orders as <c>h → 0</c> do not depend on α. A parameter that is constant or not
/// surely positive has no exponent: its reference is 0 and its α is 0. Powers are the library's own and have the same bits on every
/// processor. Immutable.
/// </remarks>
public sealed class ParameterScale
{
    private readonly double[] _exponents;
    private readonly double[] _references;

    /// <summary>A scale from its numbers.</summary>
    /// <param name="exponents">α, one for each parameter of the equation.</param>
    /// <param name="references">q, one for each parameter; 0 where there is no exponent.</param>
    /// <exception cref="ArgumentException">The lengths differ, a number is not finite, or an exponent that is not 0 has no positive reference.</exception>
    public ParameterScale(ReadOnlySpan<double> exponents, ReadOnlySpan<double> references)
    {
        if (exponents.Length != references.Length)
        {
            throw new ArgumentException($"{exponents.Length} exponents were given for {references.Length} reference values");
        }

        for (int i = 0; i < exponents.Length; i++)
        {
            if (!double.IsFinite(exponents[i]) || !(references[i] >= 0 && double.IsFinite(references[i])) || (references[i] == 0 && exponents[i] != 0))
            {
                throw new ArgumentException($"parameter {i} has the exponent {exponents[i]:R} and the reference value {references[i]:R}; an exponent needs a positive reference value");
            }
        }

        (_exponents, _references) = (exponents.ToArray(), references.ToArray());
        DependsOnParameters = _exponents.Any(a => a != 0);
    }

    /// <summary>No exponents: <c>ε = h/h_0</c>.</summary>
    public static ParameterScale None { get; } = new([], []);

    /// <summary>α.</summary>
    public IReadOnlyList<double> Exponents => _exponents;

    /// <summary>q; 0 where there is no exponent.</summary>
    public IReadOnlyList<double> References => _references;

    /// <summary>Whether an exponent differs from 0.</summary>
    public bool DependsOnParameters { get; }

    /// <summary>
    /// The reference values of parameters from their intervals: the geometric mean of the ends, and 0, no exponent, where the interval is a
    /// point or touches 0.
    /// </summary>
    public static double[] ReferencesOf(IEnumerable<ValidInterval> intervals)
    {
        ArgumentNullException.ThrowIfNull(intervals);
        return [.. intervals.Select(v => v.Low > 0 && v.High > v.Low && double.IsFinite(v.High) ? Math.Sqrt(v.Low) * Math.Sqrt(v.High) : 0)];
    }

    /// <summary><c>prod_i (p_i/q_i)^(α_i)</c>, exactly 1 without exponents; not a positive number where a parameter with one is not positive.</summary>
    /// <exception cref="ArgumentException">There are exponents, and the number of parameters is another.</exception>
    public double Factor(ReadOnlySpan<double> parameters)
    {
        if (!DependsOnParameters)
        {
            return 1;
        }

        if (parameters.Length != _exponents.Length)
        {
            throw new ArgumentException($"{parameters.Length} parameters were given, there are {_exponents.Length} exponents", nameof(parameters));
        }

        double factor = 1;
        for (int i = 0; i < _exponents.Length; i++)
        {
            if (_exponents[i] != 0)
            {
                factor *= parameters[i] > 0
                    ? ElementaryPower.Power(Vector512.Create(parameters[i] / _references[i]), Vector512.Create(_exponents[i])).ToScalar()
                    : double.NaN;
            }
        }

        return factor;
    }
}
