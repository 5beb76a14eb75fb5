using Unrolled.Diffusion.Networks;

namespace Unrolled.Learning.Fields;

/// <summary>
/// The variables of a <see cref="SymmetricNetwork"/>: kernels are made zero-mean and divided by a proved bound of the norm of their bank, step
/// sizes are 2 times a logistic function, fractions are logistic functions, weights of mixtures are exponentials over their sum. So every network
/// that the trainer can reach keeps the Euclidean norm (<c>0 &lt;= g &lt;= 1</c>, <c>||K|| &lt;= 1</c>, <c>tau &lt;= 2</c>), up to the bounded backward flux that its splines may have.
/// </summary>
public sealed class SymmetricVariables : INetworkVariables
{
    private readonly Parameters _layout;
    private readonly List<Part> _parts = [];
    private readonly KernelNormalization[] _banks;
    private readonly int _bankLength;
    private readonly int _filters;

    /// <summary>The variables of a network.</summary>
    public SymmetricVariables(SymmetricNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _layout = network.CreateParameters();
        _banks = [.. Enumerable.Range(0, network.KernelSets).Select(_ => new KernelNormalization(network.Bank))];
        (_bankLength, _filters) = (network.Bank.KernelCount, network.Bank.Filters);
        FluxNumbers[] groups = [.. network.Options.Flux.Numbers(network.Options.Filters)];
        ParameterBlock flux = _layout.Block("flux");
        for (int start = flux.Start; start < flux.Start + flux.Length;)
        {
            foreach (FluxNumbers group in groups)
            {
                _parts.Add(new Part(start, group.Count, group.Columns, group.Constraint, group.Least, 1));
                start += group.Count;
            }
        }

        Add("step", 2);
        Add("data", 1);
        Add("extrapolation", 2);

        void Add(string name, double largest)
        {
            if (_layout.Has(name))
            {
                ParameterBlock block = _layout.Block(name);
                _parts.Add(new Part(block.Start, block.Length, block.Length, NumberConstraint.Fraction, default, largest));
            }
        }
    }

    /// <inheritdoc/>
    public int Count => _layout.Length;

    private ParameterBlock KernelBlock => _layout.Block("kernels");

    /// <inheritdoc/>
    public void Invert(Parameters parameters, Span<double> variables)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        for (int b = 0; b < _banks.Length; b++)
        {
            // the scale of variables of kernels is free: Adam's steps are made for numbers of this size
            int start = KernelBlock.Start + (b * _bankLength);
            ReadOnlySpan<double> kernels = parameters.Values.Slice(start, _bankLength);
            double scale = Math.Sqrt(_filters / Numerics.Kernels.Dot(kernels, kernels));
            Numerics.Kernels.Multiply(scale, kernels, variables.Slice(start, _bankLength));
        }

        foreach (Part part in _parts)
        {
            double[] numbers = parameters.Values.Slice(part.Start, part.Length).ToArray();
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = (numbers[i] - part.Least(i)) / part.Range(i);
            }

            Constraints.Invert(part.Constraint, numbers, variables.Slice(part.Start, part.Length));
        }
    }

    /// <inheritdoc/>
    public void Map(ReadOnlySpan<double> variables, Parameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        for (int b = 0; b < _banks.Length; b++)
        {
            int start = KernelBlock.Start + (b * _bankLength);
            _banks[b].Map(variables.Slice(start, _bankLength), parameters.Values.Slice(start, _bankLength));
        }

        foreach (Part part in _parts)
        {
            Span<double> numbers = parameters.Values.Slice(part.Start, part.Length);
            Constraints.Map(part.Constraint, part.Row, variables.Slice(part.Start, part.Length), numbers);
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = part.Least(i) + (part.Range(i) * numbers[i]);
            }
        }
    }

    /// <inheritdoc/>
    public void Pull(ReadOnlySpan<double> variables, Parameters parameterGradient, Span<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(parameterGradient);
        for (int b = 0; b < _banks.Length; b++)
        {
            int start = KernelBlock.Start + (b * _bankLength);
            _banks[b].Pull(variables.Slice(start, _bankLength), parameterGradient.Values.Slice(start, _bankLength), gradient.Slice(start, _bankLength));
        }

        foreach (Part part in _parts)
        {
            Span<double> own = gradient.Slice(part.Start, part.Length);
            Constraints.Pull(part.Constraint, part.Row, variables.Slice(part.Start, part.Length), parameterGradient.Values.Slice(part.Start, part.Length), own);
            for (int i = 0; i < own.Length; i++)
            {
                own[i] *= part.Range(i);
            }
        }
    }

    /// <summary>Parameters that stand together and obey the same constraint, between a least value and the largest instead of 0 and 1.</summary>
    private readonly record struct Part(int Start, int Length, int Row, NumberConstraint Constraint, ReadOnlyMemory<double> LeastOfColumns, double Largest)
    {
        public double Least(int i) => LeastOfColumns.IsEmpty ? 0 : LeastOfColumns.Span[i % Row];

        public double Range(int i) => Largest - Least(i);
    }
}
