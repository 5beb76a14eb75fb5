using Unrolled.Diffusion;

namespace Unrolled.Tests.Laws;

/// <summary>The flux of Charbonnier, which counts its uses and cancels at one of them.</summary>
internal sealed class CancelingFlux(int cancelAt = int.MaxValue) : IActivation<double>, IDisposable
{
    private readonly FluxActivation<double> _flux = new(Flux.Charbonnier, [0.1, 0.1]);
    private readonly CancellationTokenSource _source = new();

    public int Uses { get; private set; }

    public CancellationToken Token => _source.Token;

    public int ParameterCount => _flux.ParameterCount;

    public void Apply(ReadOnlySpan<double> s, Span<double> value, int channels)
    {
        Count();
        _flux.Apply(s, value, channels);
    }

    public void Linearize(ReadOnlySpan<double> s, ReadOnlySpan<double> p, Span<double> value, Span<double> product, int channels, Span<double> gradient)
    {
        Count();
        _flux.Linearize(s, p, value, product, channels, gradient);
    }

    public void Dispose() => _source.Dispose();

    private void Count()
    {
        if (++Uses == cancelAt)
        {
            _source.Cancel();
        }
    }
}
