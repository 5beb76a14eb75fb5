using System.Numerics;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>
/// The flux of a network without its numbers: which activation it is, how many numbers it has for how many channels, and what these obey. The last
/// numbers are the natural logarithms of the channels' contrasts.
/// </summary>
public abstract class FluxShape
{
    private protected FluxShape()
    {
    }

    /// <summary>The name for tables.</summary>
    public abstract string Name { get; }

    /// <summary>The numbers in order, in groups.</summary>
    public abstract IReadOnlyList<FluxNumbers> Numbers(int channels);

    /// <summary>Whether every flux of the shape goes forward everywhere, <c>Phi(s)/s &gt;= 0</c>, so that no block increases the norm.</summary>
    public virtual bool IsForward => true;

    /// <summary>The knots of a spline in units of the contrast; none for other shapes.</summary>
    internal virtual ReadOnlySpan<double> Knots => [];

    /// <summary>How far the ratios of a spline may fall below 0.</summary>
    internal virtual double Backward => 0;

    /// <summary>How many numbers.</summary>
    public int NumbersFor(int channels) => Numbers(channels).Sum(n => n.Count);

    /// <summary>The activation with its numbers.</summary>
    public abstract IActivation<T> Create<T>(ReadOnlySpan<T> numbers, int channels)
        where T : struct, IFloatingPointIeee754<T>;

    /// <summary>Numbers to begin a training with: a flux like that of Perona and Malik with the given contrasts.</summary>
    public abstract void Initialize(ReadOnlySpan<double> contrasts, Span<double> numbers);

    /// <summary>A flux in closed form with a trained contrast per channel.</summary>
    public static FluxShape Of(Flux flux) => new ClosedFormShape(flux);

    /// <summary>A trained mixture of Perona and Malik's two fluxes, Charbonnier's, and the first again at ten times the contrast.</summary>
    public static FluxShape Mixture() => new MixtureShape();

    /// <summary>A trained odd linear spline per channel.</summary>
    /// <param name="knots">The knots in units of the contrast; none for eight of them, each about 1.6 times the one before.</param>
    public static FluxShape Spline(params double[] knots) => Spline(knots, 0);

    /// <summary>A trained odd linear spline per channel whose ratios at the knots may be negative: backward diffusion, which sharpens what stands far above the noise.</summary>
    /// <param name="knots">The knots in units of the contrast; none for the same eight.</param>
    /// <param name="backward">How far a ratio may fall below 0; the slope behind the last knot is never negative. With 0 no block increases the norm.</param>
    public static FluxShape Spline(double[] knots, double backward)
    {
        ArgumentNullException.ThrowIfNull(knots);
        ArgumentOutOfRangeException.ThrowIfNegative(backward);
        return new SplineShape(knots.Length > 0 ? knots : [0.5, 1, 1.5, 2, 3, 4.5, 7, 11], backward);
    }

    /// <summary><c>max(s, 0)</c>, which has no diffusion reading: to show what tying alone does.</summary>
    public static FluxShape Relu { get; } = new ReluShape();

    private static T[] Exponentials<T>(ReadOnlySpan<T> logarithms)
        where T : struct, IFloatingPointIeee754<T>
    {
        var contrasts = new T[logarithms.Length];
        for (int c = 0; c < contrasts.Length; c++)
        {
            contrasts[c] = T.CreateChecked(ElementaryExponential.Exp(Vector512.Create(double.CreateChecked(logarithms[c])))[0]);
        }

        return contrasts;
    }

    private static void Logarithms(ReadOnlySpan<double> contrasts, Span<double> numbers)
    {
        for (int c = 0; c < contrasts.Length; c++)
        {
            numbers[c] = ElementaryExponential.Log(Vector512.Create(contrasts[c]))[0];
        }
    }

    private sealed class ClosedFormShape(Flux flux) : FluxShape
    {
        public override string Name => flux.Name;

        public override IReadOnlyList<FluxNumbers> Numbers(int channels) => [new(1, channels, NumberConstraint.None)];

        public override IActivation<T> Create<T>(ReadOnlySpan<T> numbers, int channels) => new FluxActivation<T>(flux, Exponentials(numbers));

        public override void Initialize(ReadOnlySpan<double> contrasts, Span<double> numbers) => Logarithms(contrasts, numbers);
    }

    private sealed class MixtureShape : FluxShape
    {
        private static readonly MixtureTerm[] Terms =
            [new(Flux.PeronaMalik), new(Flux.PeronaMalikExponential), new(Flux.Charbonnier), new(Flux.PeronaMalik, 10)];

        public override string Name => "mixture";

        public override IReadOnlyList<FluxNumbers> Numbers(int channels) =>
            [new(channels, Terms.Length, NumberConstraint.Simplex), new(1, channels, NumberConstraint.None)];

        public override IActivation<T> Create<T>(ReadOnlySpan<T> numbers, int channels) =>
            new MixtureActivation<T>(Terms, numbers[..(channels * Terms.Length)], Exponentials(numbers[(channels * Terms.Length)..]));

        public override void Initialize(ReadOnlySpan<double> contrasts, Span<double> numbers)
        {
            ReadOnlySpan<double> first = [0.7, 0.1, 0.1, 0.1];
            for (int c = 0; c < contrasts.Length; c++)
            {
                first.CopyTo(numbers[(c * Terms.Length)..]);
            }

            Logarithms(contrasts, numbers[(contrasts.Length * Terms.Length)..]);
        }
    }

    private sealed class SplineShape(double[] knots, double backward) : FluxShape
    {
        private readonly double[] _least = [.. Enumerable.Repeat(-backward, knots.Length), 0];

        public override string Name => backward == 0 ? $"spline({knots.Length})" : FormattableString.Invariant($"spline({knots.Length}), backward {backward:g3}");

        public override bool IsForward => backward == 0;

        internal override ReadOnlySpan<double> Knots => knots;

        internal override double Backward => backward;

        public override IReadOnlyList<FluxNumbers> Numbers(int channels) =>
            [new(channels, knots.Length + 1, NumberConstraint.Fraction) { Least = backward == 0 ? default : _least }, new(1, channels, NumberConstraint.None)];

        public override IActivation<T> Create<T>(ReadOnlySpan<T> numbers, int channels)
        {
            int ratios = channels * (knots.Length + 1);
            return new SplineActivation<T>(Array.ConvertAll(knots, T.CreateChecked), numbers[..ratios], Exponentials(numbers[ratios..]));
        }

        public override void Initialize(ReadOnlySpan<double> contrasts, Span<double> numbers)
        {
            for (int c = 0; c < contrasts.Length; c++)
            {
                Span<double> ratios = numbers.Slice(c * (knots.Length + 1), knots.Length + 1);
                for (int i = 0; i < knots.Length; i++)
                {
                    ratios[i] = 1 / (1 + (knots[i] * knots[i]));
                }

                ratios[^1] = 0.02;
            }

            Logarithms(contrasts, numbers[(contrasts.Length * (knots.Length + 1))..]);
        }
    }

    private sealed class ReluShape : FluxShape
    {
        public override string Name => "relu";

        public override IReadOnlyList<FluxNumbers> Numbers(int channels) => [];

        public override IActivation<T> Create<T>(ReadOnlySpan<T> numbers, int channels) => new ReluActivation<T>(channels);

        public override void Initialize(ReadOnlySpan<double> contrasts, Span<double> numbers)
        {
        }
    }
}
