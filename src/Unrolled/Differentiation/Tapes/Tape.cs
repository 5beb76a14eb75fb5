using Unrolled.Numerics;

namespace Unrolled.Differentiation;

/// <summary>
/// A computation on batches of one shape, recorded once and then run forwards and backwards any number of times: the
/// gradient of a loss with respect to parameters, in reverse mode over whole-array operations.
/// </summary>
/// <remarks>
/// <para>Recording decides the memory: values that no adjoint reads, and gradients that were consumed, share buffers.
/// Running allocates nothing. One backward pass costs two to three forward passes for linear combinations and one for
/// operator applications.</para>
/// <para>Used by one thread at a time; record the same computation once per thread.</para>
/// </remarks>
public sealed class Tape : IRecordedLoss
{
    private readonly int _components;
    private readonly int _instances;
    private readonly List<TapeOperation> _operations = [];
    private readonly List<int> _outputs = [];
    private readonly List<Batch?> _values = [];
    private readonly List<bool> _wantsGradient = [];
    private TapeOperation[] _forward = [];
    private TapeOperation[] _backward = [];
    private TapeBinding[] _bindings = [];
    private Batch?[] _inputGradients = [];
    private Batch?[] _seeds = [];

    /// <summary>Opens an empty tape for batches of the given shape.</summary>
    public Tape(int components, int instances)
    {
        _components = components;
        _instances = instances;
    }

    /// <summary>How many batches of memory the recorded computation uses; what <see cref="CheckpointedUnroll"/> trades against time.</summary>
    public int Buffers { get; private set; }

    /// <summary>What every loss term is multiplied by, from the next pass on: a step that is run again and again counts differently each time.</summary>
    public double LossScale { get; set; } = 1;

    /// <summary>An input whose memory the caller fills before running.</summary>
    public Variable Input() => Input(wantsGradient: false);

    /// <summary>An input whose memory the caller fills before running, and with respect to which a backward pass gives the <see cref="Gradient"/> too.</summary>
    public Variable InputWithGradient() => Input(wantsGradient: true);

    private Variable Input(bool wantsGradient)
    {
        _values.Add(NewBuffer());
        _wantsGradient.Add(wantsGradient);
        return new Variable(_values.Count - 1);
    }

    /// <summary>The memory of an input.</summary>
    public Batch this[Variable input] => _values[input.Index]
        ?? throw new ArgumentException("the variable is a result, and shares its memory with others; only inputs can be read and written");

    /// <summary>Records an operation; the result is meaningless if it has no output.</summary>
    public Variable Record(TapeOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        _operations.Add(operation);
        bool wanted = operation.HasParameters || operation.Inputs.Any(v => _wantsGradient[v.Index]);
        if (!operation.HasOutput)
        {
            _outputs.Add(-1);
            return default;
        }

        _values.Add(null);
        _wantsGradient.Add(wanted);
        _outputs.Add(_values.Count - 1);
        return new Variable(_values.Count - 1);
    }

    /// <summary>Records <c>x + sum_l theta_{firstWeight + l} v_l</c>.</summary>
    public Variable Combine(Variable x, int firstWeight, params ReadOnlySpan<Variable> v) => Record(new CombineOperation(x, firstWeight, v));

    /// <summary>Records the loss term <c>weight * sum v^2</c>.</summary>
    public void AddSumOfSquares(Variable v, double weight) => Record(new SumOfSquaresOperation(this, v, weight));

    /// <summary>Ends recording and assigns memory.</summary>
    /// <param name="seeded">Results whose gradients the caller supplies before a backward pass (<see cref="Gradient"/>), and whose values it reads after a forward pass.</param>
    public void Close(params ReadOnlySpan<Variable> seeded)
    {
        Fuse(seeded);
        _forward = [.. _operations];
        _bindings = [.. _forward.Select(o => new TapeBinding(o.Inputs.Count))];
        var pool = new Stack<Batch>();
        AssignValues(pool, seeded);
        AssignGradients(pool, seeded);
        for (int i = 0; i < _forward.Length; i++)
        {
            _forward[i].Bind(_bindings[i]);
        }

        _backward = [.. Enumerable.Range(0, _forward.Length).Reverse()
            .Where(i => _outputs[i] < 0 || _bindings[i].OutputGradient is not null).Select(i => _forward[i])];
    }

    /// <inheritdoc/>
    public double Forward(ReadOnlySpan<double> parameters)
    {
        double loss = 0;
        foreach (TapeOperation operation in _forward)
        {
            loss += operation.Evaluate(parameters);
        }

        return loss;
    }

    /// <inheritdoc/>
    public void Backward(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        foreach (TapeOperation operation in _backward)
        {
            operation.Adjoint(parameters, gradient);
        }
    }

    /// <summary>The gradient with respect to an input after a backward pass, or the seed of a result before it.</summary>
    public Batch Gradient(Variable variable) => _inputGradients[variable.Index] ?? _seeds[variable.Index]
        ?? throw new ArgumentException("no gradient was asked for, or the loss does not depend on the variable");

    /// <summary>The value of a seeded result after a forward pass.</summary>
    public Batch Value(Variable variable) => _values[variable.Index]
        ?? throw new ArgumentException("the value is not kept; name the variable when closing the tape");

    /// <summary>Fuses neighbors where the second is the only reader of the first.</summary>
    private void Fuse(ReadOnlySpan<Variable> seeded)
    {
        int[] readers = new int[_values.Count];
        foreach (Variable input in _operations.SelectMany(o => o.Inputs))
        {
            readers[input.Index]++;
        }

        foreach (Variable variable in seeded)
        {
            readers[variable.Index]++;
        }

        for (int i = _operations.Count - 1; i > 0; i--)
        {
            int produced = _outputs[i - 1];
            if (produced >= 0 && readers[produced] == 1 && _operations[i].Inputs.Any(v => v.Index == produced)
                && _operations[i].FuseWith(_operations[i - 1]) is TapeOperation fused)
            {
                _operations[i] = fused;
                _operations.RemoveAt(i - 1);
                _outputs.RemoveAt(i - 1);
            }
        }
    }

    private void AssignValues(Stack<Batch> pool, ReadOnlySpan<Variable> seeded)
    {
        int[] lastReader = new int[_values.Count];
        bool[] kept = new bool[_values.Count];
        Array.Fill(lastReader, -1);
        for (int i = 0; i < _forward.Length; i++)
        {
            for (int k = 0; k < _forward[i].Inputs.Count; k++)
            {
                int input = _forward[i].Inputs[k].Index;
                lastReader[input] = i;
                kept[input] |= _forward[i].AdjointReads(k);
            }
        }

        foreach (Variable variable in seeded)
        {
            kept[variable.Index] = true;
        }

        var memory = new Batch?[_values.Count];
        for (int v = 0; v < memory.Length; v++)
        {
            memory[v] = _values[v];
            kept[v] |= memory[v] is not null;
        }

        for (int i = 0; i < _forward.Length; i++)
        {
            TapeBinding binding = _bindings[i];
            if (_outputs[i] >= 0)
            {
                binding.Output = Take(pool);
                memory[_outputs[i]] = binding.Output;
            }

            for (int k = 0; k < binding.Values.Length; k++)
            {
                int input = _forward[i].Inputs[k].Index;
                binding.Values[k] = memory[input]!.Value;
                if (lastReader[input] == i && !kept[input])
                {
                    kept[input] = true; // released once
                    pool.Push(memory[input]!.Value);
                }
            }
        }

        foreach (Variable variable in seeded)
        {
            _values[variable.Index] = memory[variable.Index];
        }
    }

    private void AssignGradients(Stack<Batch> pool, ReadOnlySpan<Variable> seeded)
    {
        var gradients = new Batch?[_values.Count];
        _inputGradients = new Batch?[_values.Count];
        _seeds = new Batch?[_values.Count];
        foreach (Variable variable in seeded)
        {
            _seeds[variable.Index] = gradients[variable.Index] = Take(pool);
        }

        for (int i = _forward.Length - 1; i >= 0; i--)
        {
            TapeOperation operation = _forward[i];
            TapeBinding binding = _bindings[i];
            int output = _outputs[i];
            Batch? own = output < 0 ? null : gradients[output];
            if (output >= 0 && own is null)
            {
                continue; // nothing downstream depends on it
            }

            binding.OutputGradient = own;
            bool handedOn = false;
            for (int k = 0; k < binding.Gradients.Length; k++)
            {
                int input = operation.Inputs[k].Index;
                if (!_wantsGradient[input])
                {
                    continue;
                }

                binding.Accumulates[k] = gradients[input] is not null;
                if (gradients[input] is null && operation.PassedThrough == k && _seeds[output] is null)
                {
                    gradients[input] = own;
                    handedOn = true;
                }

                gradients[input] ??= Take(pool);
                binding.Gradients[k] = gradients[input];
            }

            if (operation.NeedsScratch(binding))
            {
                binding.Scratch = Take(pool);
                pool.Push(binding.Scratch);
            }

            if (own is Batch released && !handedOn && _seeds[output] is null)
            {
                pool.Push(released);
            }
        }

        foreach (int v in Enumerable.Range(0, _values.Count).Where(v => _values[v] is not null && _wantsGradient[v]))
        {
            _inputGradients[v] ??= gradients[v];
        }
    }

    private Batch Take(Stack<Batch> pool) => pool.Count > 0 ? pool.Pop() : NewBuffer();

    private Batch NewBuffer()
    {
        Buffers++;
        return Batch.Zeros(_components, _instances);
    }
}
