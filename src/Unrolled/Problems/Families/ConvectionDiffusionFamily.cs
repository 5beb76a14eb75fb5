using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems.Families;

/// <summary>
/// Convection-diffusion, <c>-laplace u + v . grad u = f</c> with <c>u = 0</c> outside a square or cube of grid points and
/// a random constant velocity per instance, scaled to a unit diagonal: not symmetric.
/// </summary>
/// <remarks>
/// <para>The direction of <c>v</c> is uniform and its cell Peclet number <c>P = |v| h</c> uniform in [0, peclet]. With the
/// components <c>P_k</c> along the axes the unscaled coefficients of the previous and next point are <c>-1 -+ P_k / 2</c>
/// around a center of 2 an axis (central differences), or <c>-1 - max(P_k, 0)</c> and <c>-1 - max(-P_k, 0)</c> around
/// <c>2 + |P_k|</c> (upwind).</para>
/// <para>Central differences on n points an axis have the eigenvalues
/// <c>1 + sum_k sqrt(1 - P_k^2 / 4) cos(i_k pi / (n + 1)) / axes</c>: complex once a <c>P_k</c> exceeds 2. The default
/// largest Peclet number of 3.44 gives imaginary parts up to 0.7 in two dimensions. Upwind eigenvalues are real, but no
/// polynomial sees that: the operator is far from normal.</para>
/// <para>Both schemes are positive definite in the sense <c>x^T A x > 0</c>: the symmetric part is a multiple of the
/// discrete Laplacian. Instance <c>s</c> is drawn from the stream's split number <c>s</c>.</para>
/// </remarks>
public sealed class ConvectionDiffusionFamily : IProblemFamily<LinearSystem>
{
    private readonly GridSource _source;
    private readonly ConvectionScheme _scheme;
    private readonly double _peclet;
    private readonly double _smoothness;

    /// <summary>Creates the family.</summary>
    /// <param name="grid">The number of points along every axis, at least 2.</param>
    /// <param name="dimensions">2 or 3.</param>
    /// <param name="peclet">The largest cell Peclet number <c>|v| h</c>, at unit diffusion.</param>
    /// <param name="scheme">How the convection is discretized.</param>
    /// <param name="smoothness">How strongly high frequencies of smooth right-hand sides are damped.</param>
    /// <param name="rightHandSides">White or smooth, in the scaled system.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public ConvectionDiffusionFamily(int grid = 24, int dimensions = 2, double peclet = 3.44,
        ConvectionScheme scheme = ConvectionScheme.Central, double smoothness = 60,
        RightHandSideKind rightHandSides = RightHandSideKind.Smooth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(peclet);
        _source = new GridSource(grid, dimensions, smoothness, rightHandSides);
        _scheme = scheme;
        (_peclet, _smoothness) = (peclet, smoothness);
        string points = string.Join(" x ", _source.Extents);
        string differences = scheme == ConvectionScheme.Central ? "central" : "upwind";
        Description = string.Create(CultureInfo.InvariantCulture,
            $"Convection-diffusion on {points} points with a random constant velocity of cell Peclet number up to {peclet:R}, {differences} differences, Dirichlet boundary, unit diagonal, {_source.Describe()}.");
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public Settings Settings => FamilySettings.Of(
        ("kind", "convection-diffusion"), ("dimensions", _source.Extents.Length), ("grid", _source.Extents[0]), ("peclet", _peclet),
        ("scheme", _scheme == ConvectionScheme.Upwind ? "upwind" : "central"), ("smoothness", _smoothness), ("rhs", _source.KindName));

    /// <summary>
    /// Creates the family from its section: <c>grid</c>, <c>dimensions</c>, <c>peclet</c>, <c>scheme</c>,
    /// <c>smoothness</c>, <c>rhs</c>.
    /// </summary>
    /// <exception cref="InvalidInputException">A value is not of its kind or out of range.</exception>
    public static ConvectionDiffusionFamily From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        int dimensions = settings.Integer("dimensions", 2, 3, 2);
        return new ConvectionDiffusionFamily(
            settings.Integer("grid", 2, GridSource.MostPoints(dimensions), 24),
            dimensions,
            settings.Number("peclet", 0, 1000, 3.44),
            settings.Choice("scheme", ["central", "upwind"], "central") == "upwind" ? ConvectionScheme.Upwind : ConvectionScheme.Central,
            settings.Number("smoothness", 0, 1e6, 60),
            GridSource.ReadKind(settings));
    }

    /// <inheritdoc/>
    public LinearSystem Draw(int instances, RandomStream stream)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instances);
        ArgumentNullException.ThrowIfNull(stream);
        int axes = _source.Extents.Length;
        Batch center = Batch.Zeros(_source.Points, instances), b = Batch.Zeros(_source.Points, instances);
        center.Values.Fill(1);
        Batch[] backward = new Batch[axes], forward = new Batch[axes];
        for (int axis = 0; axis < axes; axis++)
        {
            backward[axis] = Batch.Zeros(_source.Points, instances);
            forward[axis] = Batch.Zeros(_source.Points, instances);
        }

        double[] peclet = new double[axes];
        for (int s = 0; s < instances; s++)
        {
            RandomStream own = stream.Split((ulong)s);
            _source.DrawRightHandSide(own.Split("right-hand side"), b, s);
            DrawVelocity(own.Split("velocity"), peclet);
            double diagonal = 0;
            foreach (double p in peclet)
            {
                diagonal += _scheme == ConvectionScheme.Central ? 2 : 2 + Math.Abs(p);
            }

            for (int axis = 0; axis < axes; axis++)
            {
                (double previous, double next) = Couplings(peclet[axis]);
                for (int point = 0; point < _source.Points; point++)
                {
                    backward[axis][point, s] = previous / diagonal;
                    forward[axis][point, s] = next / diagonal;
                }
            }
        }

        return new LinearSystem(
            StencilOperator.General(_source.Extents, center, backward, forward, OperatorProperties.PositiveDefinite), b);
    }

    private (double Previous, double Next) Couplings(double peclet) => _scheme == ConvectionScheme.Central
        ? (-1 - (peclet / 2), -1 + (peclet / 2))
        : (-1 - Math.Max(peclet, 0), -1 - Math.Max(-peclet, 0));

    /// <summary>A direction uniform on the circle or sphere times a uniform length.</summary>
    private void DrawVelocity(RandomStream stream, double[] peclet)
    {
        double square = 0;
        for (int axis = 0; axis < peclet.Length; axis++)
        {
            peclet[axis] = stream.NextNormal();
            square += peclet[axis] * peclet[axis];
        }

        double length = stream.NextUniform(0, _peclet) / Math.Sqrt(square);
        for (int axis = 0; axis < peclet.Length; axis++)
        {
            peclet[axis] *= length;
        }
    }
}
