using System.Globalization;
using System.Runtime.Intrinsics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems.Families;

/// <summary>
/// Diffusion with random coefficients, <c>-div(c grad u) = f</c> with <c>u = 0</c> outside a square or cube of grid
/// points, scaled to a unit diagonal. Every instance has coefficients and a right-hand side of its own.
/// </summary>
/// <remarks>
/// <para>The coefficient is <c>c = exp(contrast g)</c> with a smooth random field <c>g</c> of variance 1: white noise whose
/// modes are multiplied by <c>exp(-smoothness |frequency|^2)</c>, the frequency in cycles per grid point. The field
/// is periodic: a face between two points carries the harmonic mean of their coefficients, a face on the boundary that of
/// its point and the field's continuation, which is the point at the other end.</para>
/// <para>With the sums <c>d</c> of the faces around the points the operator is <c>D^-1/2 A D^-1/2</c>, so that the unknown
/// is <c>D^1/2 u</c>. It is symmetric positive definite with unit diagonal and spectrum in (0, 2). At 24 x 24 points and
/// contrast 0.7 condition numbers are mostly between 250 and 450.</para>
/// <para>Instance <c>s</c> is drawn from the stream's split number <c>s</c>: a longer draw begins with a shorter one.</para>
/// </remarks>
public sealed class DiffusionFamily : IProblemFamily<LinearSystem>
{
    private readonly GridSource _source;
    private readonly double _contrast;
    private readonly double _smoothness;

    /// <summary>Creates the family.</summary>
    /// <param name="grid">The number of points along every axis, at least 2.</param>
    /// <param name="dimensions">2 or 3.</param>
    /// <param name="contrast">The standard deviation of the logarithm of the coefficient; 0 gives the Laplacian.</param>
    /// <param name="smoothness">How strongly high frequencies of the random fields are damped.</param>
    /// <param name="rightHandSides">White or smooth, in the scaled system.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public DiffusionFamily(int grid = 24, int dimensions = 2, double contrast = 0.7, double smoothness = 60,
        RightHandSideKind rightHandSides = RightHandSideKind.Smooth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(contrast);
        _source = new GridSource(grid, dimensions, smoothness, rightHandSides);
        (_contrast, _smoothness) = (contrast, smoothness);
        string points = string.Join(" x ", _source.Extents);
        Description = string.Create(CultureInfo.InvariantCulture,
            $"Diffusion on {points} points with coefficient exp({contrast:R} g), g a smooth random field (filter exp(-{smoothness:R} |frequency|^2)), Dirichlet boundary, unit diagonal, {_source.Describe()}.");
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Settings Settings => FamilySettings.Of(
        ("kind", "diffusion"), ("dimensions", _source.Extents.Length), ("grid", _source.Extents[0]), ("contrast", _contrast), ("smoothness", _smoothness), ("rhs", _source.KindName));

    /// <summary>Creates the family from its section: <c>grid</c>, <c>dimensions</c>, <c>contrast</c>, <c>smoothness</c>, <c>rhs</c>.</summary>
    /// <exception cref="InvalidInputException">A value is not of its kind or out of range.</exception>
    public static DiffusionFamily From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        int dimensions = settings.Integer("dimensions", 2, 3, 2);
        return new DiffusionFamily(
            settings.Integer("grid", 2, GridSource.MostPoints(dimensions), 24),
            dimensions,
            settings.Number("contrast", 0, 10, 0.7),
            settings.Number("smoothness", 0, 1e6, 60),
            GridSource.ReadKind(settings));
    }

    /// <inheritdoc/>
    public LinearSystem Draw(int instances, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instances);
        ArgumentNullException.ThrowIfNull(stream);
        int axes = _source.Extents.Length, points = _source.Points;
        Batch center = Batch.Zeros(points, instances), b = Batch.Zeros(points, instances);
        center.Values.Fill(1);
        var forward = new Batch[axes];
        for (int axis = 0; axis < axes; axis++)
        {
            forward[axis] = Batch.Zeros(points, instances);
        }

        double[] field = new double[points];
        for (int s = 0; s < instances; s++)
        {
            RandomStream own = stream.Split((ulong)s);
            _source.DrawField(own.Split("coefficient"), field);
            _source.DrawRightHandSide(own.Split("right-hand side"), b, s);
            Assemble(field, forward, s);
        }

        return new LinearSystem(
            StencilOperator.Symmetric(_source.Extents, center, forward, OperatorProperties.PositiveDefinite), b);
    }

    /// <summary>The scaled couplings of one instance.</summary>
    private void Assemble(double[] field, Batch[] forward, int instance)
    {
        double[] c = new double[field.Length], diagonal = new double[field.Length];
        for (int p = 0; p < c.Length; p++)
        {
            c[p] = ElementaryExponential.Exp(Vector512.Create(_contrast * field[p]))[0];
        }

        int stride = 1;
        for (int axis = 0; axis < forward.Length; stride *= _source.Extents[axis], axis++)
        {
            for (int p = 0; p < c.Length; p++)
            {
                int extent = _source.Extents[axis], place = p / stride % extent, around = (extent - 1) * stride;
                diagonal[p] += HarmonicMean(place == 0 ? c[p + around] : c[p - stride], c[p]);
                diagonal[p] += HarmonicMean(c[p], place == extent - 1 ? c[p - around] : c[p + stride]);
            }
        }

        stride = 1;
        for (int axis = 0; axis < forward.Length; stride *= _source.Extents[axis], axis++)
        {
            for (int p = 0; p < c.Length; p++)
            {
                if (p / stride % _source.Extents[axis] < _source.Extents[axis] - 1)
                {
                    forward[axis][p, instance] = -HarmonicMean(c[p], c[p + stride]) / Math.Sqrt(diagonal[p] * diagonal[p + stride]);
                }
            }
        }
    }

    private static double HarmonicMean(double a, double b) => 2 * a * b / (a + b);
}
