using System.Numerics;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Learning.Rules;

/// <summary>
/// Some strings on their way through a <see cref="PrefixSumNetwork"/>, with the reverse mode through the last iterations: progressive loss lets the
/// first iterations pass without a gradient, so that the network learns to go on from any state it comes to by itself.
/// </summary>
/// <remarks>
/// Storage: <c>3 w + 1</c> planes per iteration of the reverse mode, one iteration more for the others. The gradient is exact for the iterations
/// that it goes through; the state they begin with counts as given, unless it is the stem's. Used by one thread at a time.
/// </remarks>
internal sealed class PrefixSumPass<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly int _plane;
    private readonly int _state;
    private readonly Tape[] _tapes;
    private readonly T[] _head;
    private readonly T[] _logits;
    private readonly T[] _logitAdjoint;
    private readonly T[] _headAdjoint;
    private readonly T[] _stateAdjoint;
    private readonly T[] _innerAdjoint;
    private readonly T[] _recalledAdjoint;
    private readonly ConvolutionMemory<T> _stemMemory;
    private readonly ConvolutionMemory<T> _recallMemory;
    private readonly ConvolutionMemory<T> _innerMemory;
    private readonly ConvolutionMemory<T> _headMemory;
    private readonly ConvolutionMemory<T> _outputMemory;

    /// <summary>Takes the memory.</summary>
    /// <param name="banks">The convolutions; others of the same extents may follow.</param>
    /// <param name="strings">The number of strings.</param>
    /// <param name="length">The number of bits of a string.</param>
    /// <param name="trained">The largest number of iterations with a gradient.</param>
    public PrefixSumPass(PrefixSumBanks<T> banks, int strings, int length, int trained)
    {
        int width = banks.Stem.Filters;
        _plane = strings * length;
        _state = width * _plane;
        _tapes = [.. Enumerable.Range(0, trained + 1).Select(_ => new Tape(_state, _plane))];
        _head = new T[banks.Head.Filters * _plane];
        _headAdjoint = new T[_head.Length];
        (_logits, _logitAdjoint) = (new T[_plane], new T[_plane]);
        (_stateAdjoint, _innerAdjoint, _recalledAdjoint) = (new T[_state], new T[_state], new T[_state + _plane]);
        _stemMemory = new(banks.Stem, strings, length);
        _recallMemory = new(banks.First, strings, length);
        _innerMemory = new(banks.Second, strings, length);
        _headMemory = new(banks.Head, strings, length);
        _outputMemory = new(banks.Output, strings, length);
    }

    /// <summary>The numbers <c>z</c> of all bits after some iterations; they are overwritten by the next pass.</summary>
    public ReadOnlySpan<T> Run(PrefixSumBanks<T> banks, ReadOnlySpan<T> input, int iterations)
    {
        Begin(banks, input);
        for (int k = 0; k < iterations; k++)
        {
            Step(banks, _tapes[0], _tapes[0]);
        }

        ReadOut(banks, _tapes[0]);
        return _logits;
    }

    /// <summary>
    /// The sum of the cross-entropies of all bits after <paramref name="skipped"/> + <paramref name="trained"/> iterations; its gradient through
    /// the last ones, times a scale, is added.
    /// </summary>
    public double Train(PrefixSumBanks<T> banks, ReadOnlySpan<T> input, ReadOnlySpan<T> target, int skipped, int trained, double scale, Span<T> gradient)
    {
        Begin(banks, input);
        for (int k = 0; k < skipped; k++)
        {
            Step(banks, _tapes[0], _tapes[0]);
        }

        for (int k = 0; k < trained; k++)
        {
            input.CopyTo(_tapes[k + 1].Input);
            Step(banks, _tapes[k], _tapes[k + 1]);
        }

        Tape last = _tapes[trained];
        ReadOutAdjoint(banks, last, target, scale, gradient, out double loss);
        for (int k = trained - 1; k >= 0; k--)
        {
            StepAdjoint(banks, _tapes[k], _tapes[k + 1], gradient);
        }

        if (skipped == 0)
        {
            LayerKernels.RectifyAdjoint<T>(_tapes[0].State, _stateAdjoint, _stateAdjoint);
            banks.Stem.AccumulateKernelGradient(input, _stateAdjoint, Part(banks, banks.Stem, gradient), _stemMemory);
        }

        return loss;
    }

    private static Span<T> Part(PrefixSumBanks<T> banks, ConvolutionBank<T> bank, Span<T> gradient)
    {
        int start = 0;
        foreach (ConvolutionBank<T> earlier in (ReadOnlySpan<ConvolutionBank<T>>)[banks.Stem, banks.First, banks.Second, banks.Third, banks.Head, banks.Output])
        {
            if (ReferenceEquals(earlier, bank))
            {
                break;
            }

            start += earlier.Kernels.Length;
        }

        return gradient.Slice(start, bank.Kernels.Length);
    }

    private void Begin(PrefixSumBanks<T> banks, ReadOnlySpan<T> input)
    {
        input.CopyTo(_tapes[0].Input);
        banks.Stem.Apply(input, _tapes[0].State, _stemMemory);
        LayerKernels.AddBiasAndRectify(T.Zero, _tapes[0].State);
    }

    /// <summary>One iteration; what it computes on the way stays with the state it begins with.</summary>
    private void Step(PrefixSumBanks<T> banks, Tape from, Tape to)
    {
        banks.First.Apply(from.Recalled, from.Outer, _recallMemory);
        LayerKernels.AddBiasAndRectify(T.Zero, from.Outer.AsSpan());
        banks.Second.Apply(from.Outer, from.Inner, _innerMemory);
        LayerKernels.AddBiasAndRectify(T.Zero, from.Inner.AsSpan());
        banks.Third.Apply(from.Inner, to.State, _innerMemory);
        Kernels.Add(to.State, from.Outer, to.State);
        LayerKernels.AddBiasAndRectify(T.Zero, to.State);
    }

    /// <summary>From the adjoint of the state after an iteration to that of the state before it.</summary>
    private void StepAdjoint(PrefixSumBanks<T> banks, Tape from, Tape to, Span<T> gradient)
    {
        LayerKernels.RectifyAdjoint<T>(to.State, _stateAdjoint, _stateAdjoint);
        banks.Third.AccumulateKernelGradient(from.Inner, _stateAdjoint, Part(banks, banks.Third, gradient), _innerMemory);
        banks.Third.ApplyAdjoint(_stateAdjoint, _innerAdjoint, _innerMemory);
        LayerKernels.RectifyAdjoint<T>(from.Inner, _innerAdjoint, _innerAdjoint);
        banks.Second.AccumulateKernelGradient(from.Outer, _innerAdjoint, Part(banks, banks.Second, gradient), _innerMemory);
        Span<T> outer = _recalledAdjoint.AsSpan(0, _state);
        banks.Second.ApplyAdjoint(_innerAdjoint, outer, _innerMemory);
        Kernels.Add(outer, _stateAdjoint, _stateAdjoint);
        LayerKernels.RectifyAdjoint<T>(from.Outer, _stateAdjoint, _stateAdjoint);
        banks.First.AccumulateKernelGradient(from.Recalled, _stateAdjoint, Part(banks, banks.First, gradient), _recallMemory);
        banks.First.ApplyAdjoint(_stateAdjoint, _recalledAdjoint, _recallMemory);
        outer.CopyTo(_stateAdjoint);
    }

    private void ReadOut(PrefixSumBanks<T> banks, Tape last)
    {
        banks.Head.Apply(last.State, _head, _headMemory);
        LayerKernels.AddBiasAndRectify(T.Zero, _head.AsSpan());
        banks.Output.Apply(_head, _logits, _outputMemory);
    }

    private void ReadOutAdjoint(PrefixSumBanks<T> banks, Tape last, ReadOnlySpan<T> target, double scale, Span<T> gradient, out double loss)
    {
        ReadOut(banks, last);
        loss = LogisticKernels.CrossEntropy(_logits, target, scale, _logitAdjoint);
        banks.Output.AccumulateKernelGradient(_head, _logitAdjoint, Part(banks, banks.Output, gradient), _outputMemory);
        banks.Output.ApplyAdjoint(_logitAdjoint, _headAdjoint, _outputMemory);
        LayerKernels.RectifyAdjoint<T>(_head, _headAdjoint, _headAdjoint);
        banks.Head.AccumulateKernelGradient(last.State, _headAdjoint, Part(banks, banks.Head, gradient), _headMemory);
        banks.Head.ApplyAdjoint(_headAdjoint, _stateAdjoint, _headMemory);
    }

    /// <summary>A state beside the input that is recalled, and what the iteration that begins there computes on the way.</summary>
    private sealed class Tape(int state, int plane)
    {
        public T[] Recalled { get; } = new T[state + plane];

        public T[] Outer { get; } = new T[state];

        public T[] Inner { get; } = new T[state];

        public Span<T> State => Recalled.AsSpan(0, state);

        public Span<T> Input => Recalled.AsSpan(state);
    }
}
