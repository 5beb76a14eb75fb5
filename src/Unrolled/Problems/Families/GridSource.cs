using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>What families on a grid draw from: smooth fields and right-hand sides, one stream per instance and purpose.</summary>
internal sealed class GridSource
{
    private readonly SmoothField _field;
    private readonly RightHandSideKind _kind;

    public GridSource(int grid, int dimensions, double smoothness, RightHandSideKind kind)
    {
        if (dimensions is not (2 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(dimensions), $"a grid has 2 or 3 dimensions, not {dimensions}");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(grid, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grid, MostPoints(dimensions));
        ArgumentOutOfRangeException.ThrowIfNegative(smoothness);
        if (kind is not (RightHandSideKind.White or RightHandSideKind.Smooth))
        {
            throw new ArgumentException($"right-hand sides on a grid are white or smooth, not {kind}", nameof(kind));
        }

        _field = new SmoothField(grid, dimensions, smoothness);
        _kind = kind;
        Extents = new int[dimensions];
        Extents.AsSpan().Fill(grid);
    }

    public int[] Extents { get; }

    public int Points => _field.Length;

    /// <summary>The most points along an axis.</summary>
    public static int MostPoints(int dimensions) => dimensions == 2 ? 2048 : 128;

    /// <summary>What <see cref="ReadKind"/> reads.</summary>
    public string KindName => _kind == RightHandSideKind.White ? "white" : "smooth";

    /// <summary>Reads <c>rhs</c>.</summary>
    public static RightHandSideKind ReadKind(Settings settings) =>
        settings.Choice("rhs", ["smooth", "white"], "smooth") == "white" ? RightHandSideKind.White : RightHandSideKind.Smooth;

    public void DrawField(RandomStream stream, Span<double> destination) => _field.Draw(stream, destination);

    /// <summary>Draws the right-hand side of one instance.</summary>
    public void DrawRightHandSide(RandomStream stream, Batch b, int instance)
    {
        if (_kind == RightHandSideKind.White)
        {
            for (int i = 0; i < Points; i++)
            {
                b[i, instance] = stream.NextNormal();
            }

            return;
        }

        double[] field = new double[Points];
        _field.Draw(stream, field);
        for (int i = 0; i < Points; i++)
        {
            b[i, instance] = field[i];
        }
    }

    public string Describe() => _kind == RightHandSideKind.Smooth ? "smooth random right-hand sides" : "white-noise right-hand sides";
}
