namespace Unrolled.Diffusion.Multigrid;

/// <summary>
/// All numbers of a multigrid cycle that can be trained: the convolutions of the smoother, restriction of the residual and prolongation of the
/// correction, shared by all levels or with a set of their own for the finest. With the classical numbers the cycle is the classical one.
/// </summary>
/// <remarks>
/// A sweep is <c>x += M (r/d)</c>, with <c>r</c> the residual, <c>d</c> the diagonal and <c>M</c> a 3 x 3 convolution that is symmetric under reflections and exchange of the
/// axes: weights of center, sides, corners, or of the center alone, which is damped Jacobi and costs less. Iterates are restricted by averaging
/// blocks of four cells.
/// Read as a U-net: sweeps are the convolutions of encoder and decoder, restriction and prolongation its down- and up-sampling.
/// Where the finest level stands apart it may sweep less than the others, whose sweeps cost a quarter and less.
/// </remarks>
public sealed class CycleCoefficients
{
    /// <summary>Weights per convolution, restriction and prolongation.</summary>
    private const int Weights = 3;

    private static readonly double[] _averages = [0.25, 0, 0];

    private readonly double[] _values;
    private readonly Set[] _sets;

    private CycleCoefficients(double[] values, Set[] sets, SweepForm form) => (_values, _sets, Form) = (values, sets, form);

    /// <summary>What a sweep is.</summary>
    public SweepForm Form { get; }

    /// <summary>How many sweeps precede the coarse correction.</summary>
    public int Presmoothing => _sets[0].Presmoothing;

    /// <summary>How many sweeps follow it on the finest level.</summary>
    public int Postsmoothing => _sets[0].Postsmoothing;

    /// <summary>How many sweeps follow it on the others.</summary>
    public int CoarsePostsmoothing => _sets[^1].Postsmoothing;

    /// <summary>
    /// All numbers: one or three per sweep, three of the restriction (inner, edge, corner cells; averages where sweeps are numbers), three of the
    /// prolongation (nearest, neighbor, across) onto the level; once, or first for the finest level and then for all others.
    /// </summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Damped Jacobi, restriction by averages, bilinear prolongation; the same numbers on all levels.</summary>
    /// <param name="presmoothing">Sweeps before the coarse correction.</param>
    /// <param name="postsmoothing">Sweeps after it.</param>
    /// <param name="damping">The damping; 4/5 smooths the five-point Laplacian best.</param>
    /// <param name="form">What a sweep is.</param>
    public static CycleCoefficients Classical(int presmoothing, int postsmoothing, double damping = 0.8, SweepForm form = SweepForm.Scalar) =>
        Create(presmoothing, [postsmoothing], damping, form);

    /// <summary>The same with numbers of its own for the finest level, and as many sweeps as wanted after the correction of the others.</summary>
    /// <param name="presmoothing">Sweeps before the coarse correction.</param>
    /// <param name="postsmoothing">Sweeps after it on the finest level.</param>
    /// <param name="coarsePostsmoothing">Sweeps after it on the others.</param>
    /// <param name="damping">The damping.</param>
    /// <param name="form">What a sweep is.</param>
    public static CycleCoefficients ClassicalByLevel(
        int presmoothing, int postsmoothing, int coarsePostsmoothing, double damping = 0.8, SweepForm form = SweepForm.Scalar) =>
        Create(presmoothing, [postsmoothing, coarsePostsmoothing], damping, form);

    /// <summary>The same shape with other numbers.</summary>
    /// <exception cref="ArgumentException">Their number differs.</exception>
    public CycleCoefficients With(ReadOnlySpan<double> values) => values.Length == _values.Length
        ? new CycleCoefficients(values.ToArray(), _sets, Form)
        : throw new ArgumentException($"there are {values.Length} numbers, the cycle has {_values.Length}", nameof(values));

    /// <summary>How many sweeps follow the correction of a level.</summary>
    internal int PostsmoothingOf(int level) => SetOf(level).Postsmoothing;

    /// <summary>The weights of a sweep on a level, counted through pre- and postsmoothing.</summary>
    internal ReadOnlySpan<double> Sweep(int level, int index) => _values.AsSpan(SetOf(level).Start + (index * Width(Form)), Width(Form));

    internal ReadOnlySpan<double> Restriction(int level) => Form == SweepForm.Scalar ? _averages : _values.AsSpan(SetOf(level).End - (2 * Weights), Weights);

    internal ReadOnlySpan<double> Prolongation(int level) => _values.AsSpan(SetOf(level).End - Weights, Weights);

    /// <summary>
    /// The numbers with the centers of the sweeps spread apart: the first times <c>1 + spread (n - 1)/n</c>, the last times
    /// <c>1 - spread (n - 1)/n</c>.
    /// </summary>
    /// <param name="finest">The spread on the finest level, or on all where they share their numbers.</param>
    /// <param name="coarse">The spread on the others.</param>
    internal double[] Spread(double finest, double coarse)
    {
        double[] values = [.. _values];
        foreach (Set set in _sets)
        {
            int sweeps = set.Presmoothing + set.Postsmoothing;
            double spread = set.Start == 0 ? finest : coarse;
            for (int k = 0; k < sweeps; k++)
            {
                values[set.Start + (k * Width(Form))] *= 1 + (spread * (sweeps - 1 - (2 * k)) / sweeps);
            }
        }

        return values;
    }

    private static CycleCoefficients Create(int presmoothing, int[] postsmoothing, double damping, SweepForm form)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(presmoothing);
        var values = new List<double>();
        var sets = new List<Set>();
        foreach (int after in postsmoothing)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(after, nameof(postsmoothing));
            int start = values.Count;
            for (int k = 0; k < presmoothing + after; k++)
            {
                values.Add(damping);
                values.AddRange(form == SweepForm.Convolution ? [0, 0] : []);
            }

            values.AddRange(form == SweepForm.Convolution ? _averages : []);
            values.AddRange([9.0 / 16, 3.0 / 16, 1.0 / 16]);
            sets.Add(new Set(start, values.Count, presmoothing, after));
        }

        return new CycleCoefficients([.. values], [.. sets], form);
    }

    private static int Width(SweepForm form) => form == SweepForm.Scalar ? 1 : Weights;

    private Set SetOf(int level) => _sets[Math.Min(level, _sets.Length - 1)];

    /// <summary>Where the numbers of some levels are, and how many sweeps they are for.</summary>
    private readonly record struct Set(int Start, int End, int Presmoothing, int Postsmoothing);
}
