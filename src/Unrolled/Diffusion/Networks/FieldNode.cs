using System.Numerics;

namespace Unrolled.Diffusion.Networks;

/// <summary>
/// One operation of a <see cref="FieldGraph"/>: which earlier values it reads and what it makes of them. Written once with its
/// adjoint; networks are composed of these and have no backward pass of their own.
/// </summary>
/// <param name="inputs">The numbers of the values that it reads.</param>
/// <param name="channels">How many channels its value has.</param>
internal abstract class FieldNode(int[] inputs, int channels)
{
    /// <summary>The numbers of the values that it reads; value 0 is the input of the graph.</summary>
    public int[] Inputs { get; } = inputs;

    /// <summary>How many channels its value has.</summary>
    public int Channels { get; } = channels;

    /// <summary>How far, in pixels of its inputs, its value at a point looks.</summary>
    public virtual int Radius => 0;

    /// <summary>The extents of its value for inputs of these extents.</summary>
    public virtual (int Rows, int Columns) Extents(ReadOnlySpan<(int Rows, int Columns)> inputs) => inputs[0];

    /// <summary>How many points of the graph's input one step between its points is, given that of its inputs.</summary>
    public virtual int ScaleOf(IEnumerable<int> inputs) => inputs.Max();

    /// <summary>The operation with its weights in place.</summary>
    /// <param name="weights">The weights of the whole graph.</param>
    public abstract IFieldOperation<T> Bind<T>(ReadOnlySpan<T> weights)
        where T : struct, IFloatingPointIeee754<T>;
}
