using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;
using Unrolled.Problems.Images;

namespace Unrolled.Deployment.Fields;

/// <summary>
/// A <see cref="LearnedDenoiser"/> at one noise level for tiles of any extents and colors: gray values directly, red, green and blue as luminance and two color
/// differences, opacity unchanged. For one thread.
/// </summary>
/// <remarks>
/// Where the noise of a channel lies outside of what the network was trained for, values are scaled to the nearest level it knows, denoised, and scaled
/// back: contrasts then scale with the noise. Memory for the last extents is kept.
/// </remarks>
public sealed class DenoisingFilter
{
    private readonly LearnedDenoiser _denoiser;
    private readonly double _sigma;
    private readonly bool _color;
    private readonly (BoundGraph<float> Graph, float Scale)[] _channels;
    private FieldGraphMemory<float>? _memory;
    private Field<float>? _opponent;

    /// <summary>A filter.</summary>
    /// <param name="denoiser">The network.</param>
    /// <param name="sigma">The standard deviation of the noise of every color, in units of the values.</param>
    /// <param name="channels">1 or 2 for gray, 3 or 4 for color; opacity is the last of 2 or 4.</param>
    public DenoisingFilter(LearnedDenoiser denoiser, double sigma, int channels)
    {
        ArgumentNullException.ThrowIfNull(denoiser);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        (_denoiser, _sigma, _color) = (denoiser, sigma, channels >= 3);
        _channels = [.. Enumerable.Range(0, _color ? 3 : 1).Select(ForChannel)];
    }

    /// <summary>Denoises a tile; a <see cref="FieldFilter"/>.</summary>
    public void Apply(Field<float> input, Field<float> result)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(result);
        if (_memory is null || (_memory.Rows, _memory.Columns) != (input.Rows, input.Columns))
        {
            _memory = _channels[0].Graph.CreateMemory(input.Rows, input.Columns);
            _opponent = _color ? new Field<float>(1, 3, input.Rows, input.Columns) : null;
        }

        input.CopyTo(result);
        if (!_color)
        {
            Denoise(input.Plane(0, 0), result.Plane(0, 0), 0);
            return;
        }

        OpponentColor.Forward(input, _opponent!);
        for (int c = 0; c < 3; c++)
        {
            Denoise(_opponent!.Plane(0, c), _opponent.Plane(0, c), c);
        }

        OpponentColor.Backward(_opponent!, result);
    }

    private (BoundGraph<float> Graph, float Scale) ForChannel(int channel)
    {
        double sigma = _sigma * (_color ? OpponentColor.NoiseScale(channel) : 1);
        double known = Math.Clamp(sigma, Math.Max(_denoiser.Noise.Least, 1e-12), Math.Max(_denoiser.Noise.Largest, 1e-12));
        return (_denoiser.At<float>(known), (float)(known / sigma));
    }

    private void Denoise(ReadOnlySpan<float> noisy, Span<float> clean, int channel)
    {
        (BoundGraph<float> graph, float scale) = _channels[channel];
        Kernels.Multiply(scale, noisy, _memory!.Input.Values);
        graph.Run(_memory);
        Kernels.Multiply<float>(1 / scale, _memory.Output.Values, clean);
    }
}
