using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Diffusion;

/// <summary>
/// A flux in closed form, <c>Phi(s) = g(s^2) s</c>, with a contrast <c>lambda</c> that says which differences count as large, and the constants that
/// decide its stability: <c>g_max = sup g</c>, <c>sup Phi'</c> and <c>-beta = inf Phi'</c>.
/// </summary>
/// <remarks>
/// <para>All of them are odd and have <c>0 &lt;= g &lt;= g_max = g(0) = sup Phi'</c>.</para>
/// <list type="table">
/// <item><term>linear</term><description><c>Phi = s</c></description></item>
/// <item><term>charbonnier</term><description><c>s/sqrt(1 + s^2/lambda^2)</c>, monotone</description></item>
/// <item><term>total-variation</term><description><c>s/sqrt(s^2 + lambda^2)</c>, monotone, <c>g_max = 1/lambda</c></description></item>
/// <item><term>huber</term><description><c>s</c> clipped to <c>[-lambda, lambda]</c>, monotone</description></item>
/// <item><term>perona-malik</term><description><c>s/(1 + s^2/lambda^2)</c>, <c>beta = 1/8</c></description></item>
/// <item><term>perona-malik-exponential</term><description><c>s exp(-s^2/(2 lambda^2))</c>, <c>beta = 2 exp(-3/2)</c></description></item>
/// <item><term>weickert</term><description><c>s (1 - exp(-3.31488/(s/lambda)^8))</c>, <c>beta = 8 exp(-7/8) - 1</c></description></item>
/// <item><term>geman-mcclure</term><description><c>s/(1 + s^2/lambda^2)^2</c>, <c>beta = 1/4</c></description></item>
/// <item><term>tukey</term><description><c>s max(1 - s^2/lambda^2, 0)^2</c>, <c>beta = 4/5</c></description></item>
/// </list>
/// <para>For Weickert's flux <c>|Phi'|</c> reaches 2.335 although <c>g_max = 1</c>: the Euclidean norm is stable with steps that belong to the latter.</para>
/// <para>A contrast is positive and finite; that is not checked here. Immutable.</para>
/// </remarks>
public abstract class Flux
{
    private protected Flux()
    {
    }

    /// <summary><c>Phi(s) = s</c>.</summary>
    public static Flux Linear { get; } = new Flux<LinearDiffusivity>();

    /// <summary><c>Phi(s) = s (1 + s^2/lambda^2)^-1/2</c>.</summary>
    public static Flux Charbonnier { get; } = new Flux<CharbonnierDiffusivity>();

    /// <summary>Regularized total variation, <c>Phi(s) = s (s^2 + lambda^2)^-1/2</c>.</summary>
    public static Flux TotalVariation { get; } = new Flux<TotalVariationDiffusivity>();

    /// <summary><c>Phi(s) = min(max(s, -lambda), lambda)</c>.</summary>
    public static Flux Huber { get; } = new Flux<HuberDiffusivity>();

    /// <summary><c>Phi(s) = s/(1 + s^2/lambda^2)</c>.</summary>
    public static Flux PeronaMalik { get; } = new Flux<PeronaMalikDiffusivity>();

    /// <summary><c>Phi(s) = s exp(-s^2/(2 lambda^2))</c>.</summary>
    public static Flux PeronaMalikExponential { get; } = new Flux<ExponentialDiffusivity>();

    /// <summary><c>Phi(s) = s (1 - exp(-C/(s/lambda)^8))</c>, largest at <c>lambda</c>.</summary>
    public static Flux Weickert { get; } = new Flux<WeickertDiffusivity>();

    /// <summary><c>Phi(s) = s (1 + s^2/lambda^2)^-2</c>.</summary>
    public static Flux GemanMcClure { get; } = new Flux<GemanMcClureDiffusivity>();

    /// <summary><c>Phi(s) = s max(1 - s^2/lambda^2, 0)^2</c>.</summary>
    public static Flux Tukey { get; } = new Flux<TukeyDiffusivity>();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Flux> All { get; } =
        [Linear, Charbonnier, TotalVariation, Huber, PeronaMalik, PeronaMalikExponential, Weickert, GemanMcClure, Tukey];

    /// <summary>What experiment files call it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether <c>Phi</c> never falls.</summary>
    public bool IsMonotone => SmallestSlope(1) >= 0;

    /// <summary>1 if <c>Phi'(0) = 1</c> at every contrast, 0 if the flux is at most 1 at every contrast.</summary>
    internal abstract int Degree { get; }

    /// <summary>Finds a flux by its name.</summary>
    /// <exception cref="InvalidInputException">None has this name; the message says which has a similar one.</exception>
    public static Flux Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        IEnumerable<string> names = All.Select(flux => flux.Name);
        return All.FirstOrDefault(flux => flux.Name == name) ?? throw new InvalidInputException(
            "flux", $"'{name}' is no flux{(Spelling.Nearest(name, names) is string near ? $" (did you mean '{near}'?)" : string.Empty)}; there are {string.Join(", ", names)}");
    }

    /// <summary><c>g_max</c>.</summary>
    public double LargestDiffusivity(double contrast) => Degree == 1 ? 1 : 1 / contrast;

    /// <summary><c>inf g</c>.</summary>
    public abstract double SmallestDiffusivity(double contrast);

    /// <summary><c>sup Phi'</c>.</summary>
    public double LargestSlope(double contrast) => LargestDiffusivity(contrast);

    /// <summary><c>-beta = inf Phi'</c>.</summary>
    public abstract double SmallestSlope(double contrast);

    /// <summary><c>Phi(s)</c>.</summary>
    public double Value(double s, double contrast)
    {
        Span<double> one = [s];
        Loops<double>().Apply(one, one, contrast);
        return one[0];
    }

    /// <summary><c>g(s^2)</c>.</summary>
    public double Diffusivity(double s, double contrast)
    {
        Span<double> z = [s / contrast * (s / contrast)];
        Loops<double>().ShapeOf(z, z);
        return LargestDiffusivity(contrast) * z[0];
    }

    /// <summary><c>Phi'(s)</c>.</summary>
    public double Slope(double s, double contrast)
    {
        Span<double> phi = [s], slope = [1];
        Loops<double>().Linearize(phi, slope, phi, slope, contrast);
        return slope[0];
    }

    /// <summary>The energy <c>psi(s)</c>: the integral of <c>Phi</c> from 0 to <c>s</c>.</summary>
    public abstract double Energy(double s, double contrast);

    /// <summary>The loops in a number type.</summary>
    internal abstract FluxLoops<T> Loops<T>()
        where T : struct, IFloatingPointIeee754<T>;

    /// <summary>A lower bound of the slope over <c>g(0)</c> for arguments from <c>low</c> to <c>high</c>, at contrast 1.</summary>
    internal abstract double SmallestSlopeBetween(double low, double high);
}
