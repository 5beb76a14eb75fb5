using System.Numerics;
using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.RecurrentConvolution.Learners;

/// <summary>
/// A recurrent convolutional network that memorizes its examples by stochastic gradient descent and then runs a learning algorithm on
/// them: a dense memory layer W from zero, a pixelwise stem, one 3x3 filter with one hidden layer of ReLU applied L times with the same
/// weights, a pixelwise head, and the sum over all pixels. Only W is trained.
/// </summary>
/// <remarks>
/// <para><b>Network.</b> Bits are numbers: +1 for 0, -1 for 1. For an input z of d bits the grid is <c>H = W diag([z; 1])</c>, (m+1) x (d+1). Stem, with
/// <c>clip(u) = r(u) - r(u - 1)</c>: <c>a = h, phi = clip(2|h| - 1/2), s = clip(-2h - 1/2)</c>. Filter: <see cref="MemoryFilter"/>, <c>L = 3m + 2d + 2</c>
/// times. Head: <c>r(a + 3g - 2) - r(3g - 2) + r(k - s) - r(k + s - 1)</c>.</para>
/// <para><b>Training (Algorithm 1 of the reference).</b> One pass over m examples and a last one, all bits 0 with label 0, on the loss
/// <c>(f - y)^2 / 2</c>. While the memory is not full the output is 0 and its derivative with respect to H is 1 on the next empty row and 0
/// elsewhere, so that a step of rate eta writes <c>eta y [x; 1]</c> to that row. The last row becomes <c>[1 ... 1; 1]</c> and shows the query. Nothing tells
/// the network which phase it is in: "next row" and "full" are local facts.</para>
/// <para><b>Cost.</b> With the sieve 117 L (m+1)(d+1) multiplications and additions per output and again for its gradient; the tape takes 31 bits per
/// step and cell. <see cref="MemorizeDirect"/> gives the same bits without the network; <see cref="PredictTogether"/> answers T queries in 2m + d + T - 1
/// steps.</para>
/// <para><b>Exact.</b> All values in a run are integers of magnitude at most 8 when eta = 1, so that float and double give the same answers and no answer
/// depends on the size of the grid. The answers are those of the learner: for the sieve elimination over GF(2), which is not noise tolerant.</para>
/// <para>One thread at a time. Reference: arXiv:2209.00735, Algorithm 1 and Lemma 1, with several channels in place of one that packs in base 3.</para>
/// </remarks>
/// <typeparam name="T"><c>float</c> or <c>double</c>.</typeparam>
public sealed class MemoryRcnn<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly MemoryFilter _filter;
    private readonly T[] _memory, _input, _gradient;
    private readonly T _rate;
    private readonly UnrolledFilter<T> _network;

    /// <summary>A network for m examples of d bits, its memory empty.</summary>
    /// <param name="bits">d.</param>
    /// <param name="examples">m.</param>
    /// <param name="learner">What runs on the memory; the sieve if null.</param>
    /// <param name="rate">eta. The thresholds of the stem need more than 3/4 and less than 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive or too large, or the rate is outside its range.</exception>
    public MemoryRcnn(int bits, int examples, RowLearner? learner = null, double rate = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        if (!(rate is > 0.75 and < 2))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), $"the rate is {rate}, expected more than 3/4 and less than 2");
        }

        (Bits, Examples, _rate, _filter) = (bits, examples, T.CreateChecked(rate), new MemoryFilter(learner ?? RowLearner.Sieve));
        _network = new UnrolledFilter<T>(_filter.Filter, examples + 1, bits + 1, _filter.Steps(bits, examples));
        (_memory, _gradient, _input) = (new T[(examples + 1) * (bits + 1)], new T[(examples + 1) * (bits + 1)], new T[bits + 1]);
    }

    /// <summary>d.</summary>
    public int Bits { get; }

    /// <summary>m.</summary>
    public int Examples { get; }

    /// <summary>L.</summary>
    public int Steps => _network.Steps;

    /// <summary>The filter with everything around the learner.</summary>
    public MemoryFilter Filter => _filter;

    /// <summary>The number of trained weights, <c>(m+1)(d+1)</c>.</summary>
    public int MemorySize => _memory.Length;

    /// <summary>W, row after row; a view. Writing to it changes the memory.</summary>
    public Span<T> Memory => _memory;

    /// <summary>Empties the memory.</summary>
    public void Clear() => Array.Clear(_memory);

    /// <summary>The output for an input.</summary>
    /// <param name="input">d bits, as words of 64.</param>
    /// <exception cref="ArgumentException">The input has another number of words.</exception>
    public T Output(ReadOnlySpan<ulong> input)
    {
        Start(input);
        _network.Run();
        return Head();
    }

    /// <summary>The output for an input and its derivative with respect to W, by reverse mode through all L steps.</summary>
    /// <param name="input">d bits, as words of 64.</param>
    /// <param name="destination">As <see cref="Memory"/>.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public T Gradient(ReadOnlySpan<ulong> input, Span<T> destination)
    {
        if (destination.Length != _memory.Length)
        {
            throw new ArgumentException($"the destination has {destination.Length} numbers, the memory {_memory.Length}", nameof(destination));
        }

        Start(input);
        _network.RunOnTape();
        T output = Head();
        HeadBack();
        _network.RunBack();
        StemBack(destination);
        return output;
    }

    /// <summary>One step of gradient descent on <c>(f(x) - y)^2 / 2</c>: <c>W = W - eta (f - y) df/dW</c>. Returns f.</summary>
    /// <param name="input">d bits, as words of 64.</param>
    /// <param name="label">The label.</param>
    public T Descend(ReadOnlySpan<ulong> input, bool label)
    {
        T output = Gradient(input, _gradient);
        T step = _rate * (output - Sign(label));
        for (int n = 0; n < _memory.Length; n++)
        {
            _memory[n] -= step * _gradient[n];
        }

        return output;
    }

    /// <summary>Empties the memory and makes one pass over the examples and the last, constant one. Returns the largest magnitude of an output, 0 by design.</summary>
    /// <param name="examples">m examples of d bits.</param>
    /// <param name="cancellationToken">Looked at between steps; the memory then holds the examples so far.</param>
    /// <exception cref="ArgumentException">There are other numbers of examples or bits.</exception>
    public T Memorize(LabeledExamples examples, CancellationToken cancellationToken = default)
    {
        Require(examples);
        Clear();
        T largest = T.Zero;
        for (int i = 0; i < examples.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            largest = T.Max(largest, T.Abs(Descend(examples.Inputs.Row(i), examples.Labels[i])));
        }

        return T.Max(largest, T.Abs(Descend(new ulong[BitRows.WordsFor(Bits)], false)));
    }

    /// <summary>Writes what <see cref="Memorize"/> writes, bit for bit, without running the network: row i is <c>eta y_i [x_i; 1]</c>.</summary>
    /// <param name="examples">m examples of d bits.</param>
    /// <exception cref="ArgumentException">There are other numbers of examples or bits.</exception>
    public void MemorizeDirect(LabeledExamples examples)
    {
        Require(examples);
        for (int i = 0; i < Examples; i++)
        {
            Span<T> row = _memory.AsSpan(i * (Bits + 1), Bits + 1);
            row[Bits] = _rate * Sign(examples.Labels[i]);
            for (int j = 0; j < Bits; j++)
            {
                row[j] = row[Bits] * Sign(examples.Inputs[i, j]);
            }
        }

        _memory.AsSpan(Examples * (Bits + 1)).Fill(_rate);
    }

    /// <summary>The label for one query, by one run of the network.</summary>
    /// <param name="query">d bits, as words of 64.</param>
    /// <exception cref="InvalidOperationException">The memory is not full, or the learner did not end with 0 or 1.</exception>
    public bool Predict(ReadOnlySpan<ulong> query)
    {
        T output = Output(query);
        return output == -T.One ? true : output == T.One ? false : throw new InvalidOperationException(output == T.Zero
            ? $"the memory of {Examples} examples is not full: memorize them first"
            : $"the output is {output}, expected -1 or 1");
    }

    /// <summary>The labels of queries, each by one run of the network.</summary>
    /// <exception cref="ArgumentException">The queries have another number of bits.</exception>
    public bool[] Predict(BitRows queries)
    {
        RequireQueries(queries);
        bool[] labels = new bool[queries.Count];
        for (int t = 0; t < labels.Length; t++)
        {
            labels[t] = Predict(queries.Row(t));
        }

        return labels;
    }

    /// <summary>
    /// The labels of queries by the learner's filter alone on the grid [memory; queries], without products and waves: T queries of the sieve, up to m + d, in one run
    /// of <c>2m + d + T - 1</c> steps, those of a learner without a filter for many queries one by one. Equals <see cref="Predict(BitRows)"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The queries have another number of bits.</exception>
    /// <exception cref="InvalidOperationException">The memory is not full.</exception>
    public bool[] PredictTogether(BitRows queries)
    {
        RequireQueries(queries);
        if (_memory.Any(w => w == T.Zero))
        {
            throw new InvalidOperationException($"the memory of {Examples} examples is not full: memorize them first");
        }

        RowLearner learner = _filter.Learner;
        return learner.Predict(Example, Examples, Bits, queries, rows => new NetworkEngine<T>(learner.QueriesFilter ?? learner.Filter, rows, Bits + 1));
    }

    /// <summary>A bit or, in the last column, the label of an example as the memory has it.</summary>
    private bool Example(int i, int j)
    {
        bool label = _memory[(i * (Bits + 1)) + Bits] < T.Zero;
        return (_memory[(i * (Bits + 1)) + j] < T.Zero) ^ (label && j < Bits);
    }

    /// <summary>H and the stem.</summary>
    private void Start(ReadOnlySpan<ulong> input)
    {
        if (input.Length != BitRows.WordsFor(Bits))
        {
            throw new ArgumentException($"the input has {input.Length} words, {Bits} bits need {BitRows.WordsFor(Bits)}", nameof(input));
        }

        for (int j = 0; j < Bits; j++)
        {
            _input[j] = Sign(((input[j / 64] >> (j % 64)) & 1) != 0);
        }

        _input[Bits] = T.One;
        T two = T.CreateChecked(2), half = T.CreateChecked(0.5);
        _network.Clear();
        for (int i = 0; i <= Examples; i++)
        {
            Span<T> a = _network.Row(_filter.Value, i), filled = _network.Row(_filter.Filled, i), s = _network.Row(_filter.Learner.RowBit, i);
            for (int j = 0; j <= Bits; j++)
            {
                T h = _memory[(i * (Bits + 1)) + j] * _input[j];
                a[j] = h;
                filled[j] = Clip((two * (Rectify(h) + Rectify(-h))) - half);
                s[j] = Clip((-two * h) - half);
            }
        }
    }

    private void StemBack(Span<T> destination)
    {
        T two = T.CreateChecked(2), half = T.CreateChecked(0.5);
        for (int i = 0; i <= Examples; i++)
        {
            Span<T> a = _network.Adjoint(_filter.Value, i), filled = _network.Adjoint(_filter.Filled, i), s = _network.Adjoint(_filter.Learner.RowBit, i);
            for (int j = 0; j <= Bits; j++)
            {
                T h = _memory[(i * (Bits + 1)) + j] * _input[j];
                T magnitude = filled[j] * ClipSlope((two * (Rectify(h) + Rectify(-h))) - half) * two;
                T derivative = a[j] + (magnitude * (Slope(h) - Slope(-h))) - (s[j] * ClipSlope((-two * h) - half) * two);
                destination[(i * (Bits + 1)) + j] = derivative * _input[j];
            }
        }
    }

    private T Head()
    {
        T sum = T.Zero, two = T.CreateChecked(2), three = T.CreateChecked(3);
        for (int i = 0; i <= Examples; i++)
        {
            Span<T> a = _network.Row(_filter.Value, i), g = _network.Row(_filter.Gate, i), k = _network.Row(_filter.Output, i), s = _network.Row(_filter.Learner.RowBit, i);
            for (int j = 0; j <= Bits; j++)
            {
                sum += Rectify(a[j] + (three * g[j]) - two) - Rectify((three * g[j]) - two) + Rectify(k[j] - s[j]) - Rectify(k[j] + s[j] - T.One);
            }
        }

        return sum;
    }

    private void HeadBack()
    {
        T two = T.CreateChecked(2), three = T.CreateChecked(3);
        _network.ClearAdjoint();
        for (int i = 0; i <= Examples; i++)
        {
            Span<T> a = _network.Row(_filter.Value, i), g = _network.Row(_filter.Gate, i), k = _network.Row(_filter.Output, i), s = _network.Row(_filter.Learner.RowBit, i);
            for (int j = 0; j <= Bits; j++)
            {
                T value = Slope(a[j] + (three * g[j]) - two), zero = Slope((three * g[j]) - two);
                T plus = Slope(k[j] - s[j]), minus = Slope(k[j] + s[j] - T.One);
                _network.Adjoint(_filter.Value, i)[j] = value;
                _network.Adjoint(_filter.Gate, i)[j] = three * (value - zero);
                _network.Adjoint(_filter.Output, i)[j] = plus - minus;
                _network.Adjoint(_filter.Learner.RowBit, i)[j] = -plus - minus;
            }
        }
    }

    private void Require(LabeledExamples examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (examples.Count != Examples || examples.Bits != Bits)
        {
            throw new ArgumentException($"there are {examples.Count} examples of {examples.Bits} bits, the memory holds {Examples} of {Bits}", nameof(examples));
        }
    }

    private void RequireQueries(BitRows queries)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (queries.Width != Bits)
        {
            throw new ArgumentException($"the queries have {queries.Width} bits, the examples {Bits}", nameof(queries));
        }
    }

    private static T Sign(bool bit) => bit ? -T.One : T.One;

    private static T Rectify(T x) => x > T.Zero ? x : T.Zero;

    private static T Slope(T x) => x > T.Zero ? T.One : T.Zero;

    private static T Clip(T u) => Rectify(u) - Rectify(u - T.One);

    private static T ClipSlope(T u) => Slope(u) - Slope(u - T.One);
}
