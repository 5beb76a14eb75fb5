namespace Unrolled.Diffusion.Networks;

/// <summary>
/// The noise levels at which a network has numbers of its own; between them numbers are interpolated linearly in the logarithm of the
/// level, outside they are those of the nearest. Interpolated numbers are convex combinations, so that bounds hold in between.
/// </summary>
/// <param name="nodes">Standard deviations, rising; one for a network that is made for one level.</param>
public sealed class NoiseLevels(params double[] nodes)
{
    private readonly double[] _nodes = Checked(nodes);

    /// <summary>The levels, rising.</summary>
    public ReadOnlySpan<double> Nodes => _nodes;

    /// <summary>How many.</summary>
    public int Count => _nodes.Length;

    /// <summary>The interval that a level lies in and the weight of its upper end: numbers are <c>(1 - w) x[i] + w x[i + 1]</c>.</summary>
    public (int Lower, double UpperWeight) Locate(double sigma)
    {
        int i = 0;
        while (i + 2 < _nodes.Length && sigma > _nodes[i + 1])
        {
            i++;
        }

        return _nodes.Length == 1
            ? (0, 0)
            : (i, Math.Clamp(Math.Log(Math.Max(sigma, double.Epsilon) / _nodes[i]) / Math.Log(_nodes[i + 1] / _nodes[i]), 0, 1));
    }

    private static double[] Checked(double[] nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        if (nodes.Length == 0 || !(nodes[0] > 0) || !double.IsFinite(nodes[^1]))
        {
            throw new ArgumentException("noise levels must be positive numbers, at least one", nameof(nodes));
        }

        for (int i = 1; i < nodes.Length; i++)
        {
            if (!(nodes[i] > nodes[i - 1]))
            {
                throw new ArgumentException($"noise levels must rise: {nodes[i]} follows {nodes[i - 1]}", nameof(nodes));
            }
        }

        return [.. nodes];
    }
}
