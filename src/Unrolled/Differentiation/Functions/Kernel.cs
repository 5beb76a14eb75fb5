using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Unrolled.Differentiation;

/// <summary>
/// Evaluates a <see cref="Function"/> over batches. Compiled to straight-line SIMD code where code can be generated and the function has
/// at most <see cref="MaximumCompiledNodes"/> nodes, else interpreted; the bits are the same, for every batch split and processor.
/// Allocates nothing per call. Immutable and safe for use by several threads.
/// </summary>
public sealed unsafe class Kernel
{
    /// <summary>Larger functions are interpreted: compiling them would cost more than it saves.</summary>
    public const int MaximumCompiledNodes = 3000;

    private const int Lanes = 8;
    private readonly FunctionVector[] _inputs;
    private readonly FunctionVector[] _outputs;
    private readonly KernelBody _body;
    private readonly int _scratch;

    private Kernel(Function function, KernelBody body, bool compiled)
    {
        _inputs = [.. function.Inputs];
        _outputs = [.. function.Outputs];
        _body = body;
        _scratch = Lanes * (_inputs.Where(v => v.Kind == InputKind.PerInstance).Sum(v => v.Length) + _outputs.Sum(v => v.Length));
        IsCompiled = compiled;
    }

    /// <summary>Whether machine code was generated.</summary>
    public bool IsCompiled { get; }

    /// <summary>Evaluates <paramref name="count"/> instances, any number. Outputs may be the same memory as inputs.</summary>
    /// <param name="inputs">One pointer per input vector, in the order of <see cref="Function.Inputs"/>.</param>
    /// <param name="outputs">One pointer per output vector.</param>
    /// <param name="count">The number of instances.</param>
    [SkipLocalsInit]
    public void Run(BatchPointer* inputs, BatchPointer* outputs, int count)
    {
        int whole = count & -Lanes;
        if (whole > 0)
        {
            _body(inputs, outputs, whole);
        }

        if (whole == count)
        {
            return;
        }

        const int onStack = 2048;
        double[]? rented = _scratch > onStack ? ArrayPool<double>.Shared.Rent(_scratch) : null;
        double* local = stackalloc double[rented is null ? _scratch : 0];
        fixed (double* heap = rented)
        {
            Tail(inputs, outputs, whole, count - whole, rented is null ? local : heap);
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <summary>Evaluates a range of instances of arrays that share one stride.</summary>
    /// <param name="inputs">Per instance: at least components x stride numbers; uniform: the components.</param>
    /// <param name="outputs">One array per output vector.</param>
    /// <param name="range">Which instances.</param>
    /// <exception cref="ArgumentException">The number or length of the arrays does not fit.</exception>
    public void Run(ReadOnlySpan<Memory<double>> inputs, ReadOnlySpan<Memory<double>> outputs, InstanceRange range)
    {
        Check(inputs, _inputs, range, "input");
        Check(outputs, _outputs, range, "output");
        int total = inputs.Length + outputs.Length;
        BatchPointer* pointers = stackalloc BatchPointer[total];
        Pinned(inputs, outputs, 0, pointers, range);
    }

    /// <summary>
    /// Evaluates a right-hand side f(y, p, t) for <paramref name="instances"/> instances: y and dy are (states, instances), p is
    /// (parameters, instances), or (parameters) where it is uniform.
    /// </summary>
    /// <exception cref="ArgumentException">The function is not a right-hand side, or a length does not fit.</exception>
    public void Evaluate(ReadOnlySpan<double> y, ReadOnlySpan<double> p, double t, Span<double> dy, int instances)
    {
        if (_inputs.Length != 3 || _outputs.Length != 1 || _inputs[2] is not { Kind: InputKind.Uniform, Length: 1 })
        {
            throw new ArgumentException("the function is not of the form f(y, p, t)");
        }

        InstanceRange range = new(instances);
        CheckLength(y.Length, _inputs[0], range);
        CheckLength(p.Length, _inputs[1], range);
        CheckLength(dy.Length, _outputs[0], range);
        fixed (double* yPointer = y, pPointer = p, dyPointer = dy)
        {
            BatchPointer* inputs = stackalloc BatchPointer[] { new(yPointer, instances), new(pPointer, instances), new(&t, 1) };
            BatchPointer output = new(dyPointer, instances);
            Run(inputs, &output, instances);
        }
    }

    /// <summary>The kernel of a function: compiled if possible.</summary>
    internal static Kernel Create(Function function) =>
        RuntimeFeature.IsDynamicCodeSupported && function.Nodes.Length <= MaximumCompiledNodes
            ? new(function, KernelCompiler.Compile(function), compiled: true)
            : Interpreted(function);

    /// <summary>The kernel as it would be on a machine with the given registers.</summary>
    [RequiresDynamicCode("Generates code at run time.")]
    internal static Kernel Compiled(Function function, MachineVector vector) => new(function, KernelCompiler.Compile(function, vector), compiled: true);

    /// <summary>The reference: the interpreter.</summary>
    internal static Kernel Interpreted(Function function) => new(function, new Interpreter(function).Run, compiled: false);

    /// <summary>Pins one array after the other, then runs; no handle is ever allocated.</summary>
    private void Pinned(ReadOnlySpan<Memory<double>> inputs, ReadOnlySpan<Memory<double>> outputs, int next, BatchPointer* pointers, InstanceRange range)
    {
        if (next == inputs.Length + outputs.Length)
        {
            Run(pointers, pointers + inputs.Length, range.Count);
            return;
        }

        bool isInput = next < inputs.Length;
        bool uniform = isInput && _inputs[next].Kind == InputKind.Uniform;
        fixed (double* data = (isInput ? inputs[next] : outputs[next - inputs.Length]).Span)
        {
            pointers[next] = new(uniform ? data : data + range.Offset, range.Stride);
            Pinned(inputs, outputs, next + 1, pointers, range);
        }
    }

    /// <summary>The last instances, fewer than eight: copied to whole vectors by repeating the last one.</summary>
    private void Tail(BatchPointer* inputs, BatchPointer* outputs, int offset, int count, double* scratch)
    {
        BatchPointer* padded = stackalloc BatchPointer[_inputs.Length + _outputs.Length];
        for (int v = 0; v < _inputs.Length; v++)
        {
            if (_inputs[v].Kind == InputKind.Uniform)
            {
                padded[v] = inputs[v];
                continue;
            }

            padded[v] = new(scratch, Lanes);
            for (int i = 0; i < _inputs[v].Length; i++, scratch += Lanes)
            {
                double* row = inputs[v].Data + (i * inputs[v].Stride) + offset;
                for (int s = 0; s < Lanes; s++)
                {
                    scratch[s] = row[Math.Min(s, count - 1)];
                }
            }
        }

        BatchPointer* results = padded + _inputs.Length;
        for (int v = 0; v < _outputs.Length; v++)
        {
            results[v] = new(scratch, Lanes);
            scratch += Lanes * _outputs[v].Length;
        }

        _body(padded, results, Lanes);
        for (int v = 0; v < _outputs.Length; v++)
        {
            for (int i = 0; i < _outputs[v].Length; i++)
            {
                new Span<double>(results[v].Data + (i * Lanes), count).CopyTo(new(outputs[v].Data + (i * outputs[v].Stride) + offset, count));
            }
        }
    }

    private static void Check(ReadOnlySpan<Memory<double>> arrays, FunctionVector[] vectors, InstanceRange range, string what)
    {
        if (arrays.Length != vectors.Length)
        {
            throw new ArgumentException($"the function has {vectors.Length} {what} vectors, {arrays.Length} arrays were given");
        }

        for (int i = 0; i < vectors.Length; i++)
        {
            CheckLength(arrays[i].Length, vectors[i], range);
        }
    }

    private static void CheckLength(int length, FunctionVector vector, InstanceRange range)
    {
        long needed = vector.Kind == InputKind.Uniform ? vector.Length
            : vector.Length == 0 || range.Count == 0 ? 0 : ((vector.Length - 1L) * range.Stride) + range.Offset + range.Count;
        if (length < needed)
        {
            throw new ArgumentException($"'{vector.Name}' needs {needed} numbers, {length} were given");
        }
    }
}
