using System.Runtime.Intrinsics;

namespace Unrolled.Numerics;

/// <summary>
/// The shape <c>gamma</c> of a diffusivity at contrast one as a function of <c>z = s^2</c>, falling from 1 at zero: <c>phi(s) = gamma(s^2) s</c> is the
/// flux. With a contrast <c>lambda</c> it is <c>Phi(s) = lambda^q phi(s/lambda)</c>, where <c>q</c> is <see cref="Degree"/>.
/// </summary>
/// <remarks>Squares that overflow are infinite and have the diffusivity in the limit; NaN stays NaN.</remarks>
internal interface IDiffusivity
{
    /// <summary>What experiment files call it.</summary>
    static abstract string Name { get; }

    /// <summary><c>q</c>: 1 if the slope at zero is 1 at every contrast, 0 if the largest flux is.</summary>
    static virtual int Degree => 1;

    /// <summary>The infimum of <c>phi'</c>; its supremum is 1, at zero.</summary>
    static virtual double SmallestSlope => 0;

    /// <summary>Where <c>phi'</c> is smallest: it falls before and does not fall behind. Infinite if it falls for ever.</summary>
    static virtual double SteepestDescent => double.PositiveInfinity;

    /// <summary>The infimum of <c>gamma</c>.</summary>
    static virtual double SmallestDiffusivity => 0;

    /// <summary>The energy, the integral of <c>phi</c> from 0 to <c>sqrt(z)</c>.</summary>
    static abstract double Energy(double z);

    /// <summary><c>gamma(z)</c>.</summary>
    static abstract Vector512<T> Value<T>(Vector512<T> z);

    /// <summary><c>gamma</c> of two registers, with the bits of <see cref="Value"/>; a shape may have a faster way for two.</summary>
    /// <typeparam name="T">The number type.</typeparam>
    /// <typeparam name="D">The shape itself.</typeparam>
    static virtual (Vector512<T> First, Vector512<T> Second) Values<T, D>(Vector512<T> first, Vector512<T> second)
        where D : struct, IDiffusivity => (D.Value(first), D.Value(second));

    /// <summary><c>gamma(z)</c> and <c>phi'(sqrt(z)) = gamma(z) + 2 z gamma'(z)</c>.</summary>
    static abstract (Vector512<T> Value, Vector512<T> Slope) Linearize<T>(Vector512<T> z);
}
