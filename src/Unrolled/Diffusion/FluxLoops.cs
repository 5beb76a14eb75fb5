using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Diffusion;

/// <summary>The loops of a flux in one number type. An activation finds them once and calls them for every channel.</summary>
/// <typeparam name="T">The number type.</typeparam>
internal abstract class FluxLoops<T>
    where T : struct, IFloatingPointIeee754<T>
{
    /// <summary><c>value = Phi(s)</c>; the spans may be the same.</summary>
    public abstract void Apply(ReadOnlySpan<T> s, Span<T> value, T contrast);

    /// <summary><c>value = Phi(s)</c>, <c>product = Phi'(s) p</c>; returns the sum of <c>p dPhi/dln(lambda)</c>.</summary>
    public abstract T Linearize(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, T contrast);

    /// <summary><c>g(z)</c> at contrast 1, over <c>g(0)</c>.</summary>
    public abstract void ShapeOf(ReadOnlySpan<T> z, Span<T> g);

    /// <summary><c>g(z)</c> and the slope <c>g + 2 z g'</c> at contrast 1, over <c>g(0)</c>.</summary>
    public abstract void ShapeOf(ReadOnlySpan<T> z, Span<T> g, Span<T> slope);
}

/// <summary>The loops, compiled for one shape of diffusivity.</summary>
internal sealed class FluxLoops<T, D> : FluxLoops<T>
    where T : struct, IFloatingPointIeee754<T>
    where D : struct, IDiffusivity
{
    public static FluxLoops<T, D> Instance { get; } = new();

    public override void Apply(ReadOnlySpan<T> s, Span<T> value, T contrast) =>
        FluxKernels<D>.Apply(s, value, T.One / contrast, Amplitude(contrast));

    public override T Linearize(ReadOnlySpan<T> s, ReadOnlySpan<T> p, Span<T> value, Span<T> product, T contrast) =>
        FluxKernels<D>.Linearize(s, p, value, product, T.One / contrast, Amplitude(contrast));

    public override void ShapeOf(ReadOnlySpan<T> z, Span<T> g) => FluxKernels<D>.Diffusivity(z, g);

    public override void ShapeOf(ReadOnlySpan<T> z, Span<T> g, Span<T> slope) => FluxKernels<D>.Diffusivity(z, g, slope);

    private static T Amplitude(T contrast) => D.Degree == 1 ? T.One : T.One / contrast;
}
