using Unrolled.Numerics;

namespace Unrolled.Differentiation;

/// <summary>A value on a <see cref="Tape"/>: a batch that one operation writes and others read.</summary>
public readonly record struct Variable
{
    internal Variable(int index) => Index = index;

    internal int Index { get; }
}

/// <summary>One array operation of a recorded computation, with its adjoint.</summary>
/// <remarks>
/// The tape gives an operation its memory once (<see cref="Bind"/>); <see cref="Evaluate"/> and <see cref="Adjoint"/>
/// then run any number of times and allocate nothing.
/// </remarks>
public abstract class TapeOperation
{
    /// <summary>The variables it reads.</summary>
    public abstract IReadOnlyList<Variable> Inputs { get; }

    /// <summary>Whether it writes a variable; a loss term does not.</summary>
    public virtual bool HasOutput => true;

    /// <summary>Whether its adjoint contributes to the gradient of the parameters.</summary>
    public virtual bool HasParameters => false;

    /// <summary>Whether the adjoint reads the value of an input; all others may be overwritten after the last reader.</summary>
    public abstract bool AdjointReads(int input);

    /// <summary>The input whose gradient starts as the output's gradient, unchanged; -1 for none. The tape then hands the memory on.</summary>
    public virtual int PassedThrough => -1;

    /// <summary>Whether <see cref="Adjoint"/> needs a batch of scratch.</summary>
    public virtual bool NeedsScratch(TapeBinding binding) => false;

    /// <summary>
    /// An operation that does the work of <paramref name="producer"/> and of this one in a pass, where that is possible and
    /// faster; null otherwise. The tape asks only when nothing else reads what the producer writes.
    /// </summary>
    public virtual TapeOperation? FuseWith(TapeOperation producer) => null;

    /// <summary>Receives the memory.</summary>
    public abstract void Bind(TapeBinding binding);

    /// <summary>Computes the output, or the value of a loss term, which is returned.</summary>
    public abstract double Evaluate(ReadOnlySpan<double> parameters);

    /// <summary>
    /// Given the output's gradient, adds to the gradients of the parameters and of the inputs (or sets an input's
    /// gradient where this is its first contribution).
    /// </summary>
    public abstract void Adjoint(ReadOnlySpan<double> parameters, Span<double> gradient);
}

/// <summary>The memory of one operation.</summary>
public sealed class TapeBinding
{
    internal TapeBinding(int inputs)
    {
        Values = new Batch[inputs];
        Gradients = new Batch?[inputs];
        Accumulates = new bool[inputs];
    }

    /// <summary>The values of the inputs.</summary>
    public Batch[] Values { get; }

    /// <summary>The gradients of the inputs; null where none is wanted.</summary>
    public Batch?[] Gradients { get; }

    /// <summary>Per input, whether to add to its gradient (true) or to set it (false).</summary>
    public bool[] Accumulates { get; }

    /// <summary>The value of the output.</summary>
    public Batch Output { get; internal set; }

    /// <summary>The gradient of the output; null where the output does not matter to the loss.</summary>
    public Batch? OutputGradient { get; internal set; }

    /// <summary>Scratch for the adjoint, where it was asked for.</summary>
    public Batch Scratch { get; internal set; }
}
