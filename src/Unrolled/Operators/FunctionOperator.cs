using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Operators;

/// <summary>
/// A nonlinear map given by a <see cref="Function"/> <c>F(y, p)</c>, written as text or in C#: exact Jacobian products in both
/// directions come from its graph. Parameters <c>p</c> are per instance; a time <c>t</c>, where the function has one, is 0.
/// </summary>
/// <remarks>
/// Work: one evaluation of the compiled function; a Jacobian product costs two to three of them, an adjoint product three to four; the
/// entries of J one product per color of its columns. Derivatives are compiled at first use. Safe for use by several threads.
/// </remarks>
public sealed unsafe class FunctionOperator : INonlinearOperator
{
    private readonly Lazy<Function> _product;
    private readonly Lazy<Function> _adjoint;
    private readonly Lazy<ColoredProducts> _entries;
    private readonly Lazy<SparsityPattern> _pattern;
    private readonly Batch _parameters;

    /// <summary>Creates the operator.</summary>
    /// <param name="f">F(y, p) or F(y, p, t), with as many components as unknowns y.</param>
    /// <param name="parameters">p: (parameters, instances); one instance without parameters serves any number.</param>
    /// <exception cref="ArgumentException">The function has another form, or the number of parameters differs.</exception>
    public FunctionOperator(Function f, Batch parameters)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (f.Inputs.Count is not (2 or 3) || f.Outputs.Count != 1 || f.Inputs[0].Length != f.Outputs[0].Length
            || f.Inputs[0].Kind != InputKind.PerInstance || f.Inputs[1].Kind != InputKind.PerInstance || (f.Inputs.Count == 3 && f.Inputs[2].Length != 1))
        {
            throw new ArgumentException(
                "the function is not of the form F(y, p) or F(y, p, t) with as many values as unknowns: it has the inputs "
                + $"{string.Join(", ", f.Inputs.Select(v => $"{v.Name} of length {v.Length}"))} and {f.Outputs.Sum(v => v.Length)} values", nameof(f));
        }

        if (parameters.Components != f.Inputs[1].Length)
        {
            throw new ArgumentException($"{parameters.Components} parameters were given, the function has {f.Inputs[1].Length}", nameof(parameters));
        }

        (Function, _parameters) = (f, parameters);
        string y = f.Inputs[0].Name;
        _product = new(() => f.Composition("Jacobian product", g => g.JacobianVectorProduct(y)));
        _adjoint = new(() => f.Composition("adjoint product", g => g.VectorJacobianProduct(y)));
        _pattern = new(() => f.JacobianPattern());
        _entries = new(() => new ColoredProducts(_pattern.Value));
    }

    private FunctionOperator(FunctionOperator other, Batch parameters)
    {
        (Function, _parameters, _product, _adjoint) = (other.Function, parameters, other._product, other._adjoint);
        (_pattern, _entries) = (other._pattern, other._entries);
    }

    /// <summary>The function.</summary>
    public Function Function { get; }

    /// <summary>The parameters p: (parameters, instances).</summary>
    public Batch Parameters => _parameters;

    /// <inheritdoc/>
    public int Components => Function.Inputs[0].Length;

    /// <inheritdoc/>
    public int Instances => _parameters.Components == 0 ? 1 : _parameters.Instances;

    /// <inheritdoc/>
    public SparsityPattern? JacobianPattern => _pattern.Value;

    /// <inheritdoc/>
    public int JacobianCost => _entries.Value.Count;

    /// <inheritdoc/>
    public bool HasAdjoint => true;

    /// <summary>The same function with other parameters, (parameters, instances): derivatives and pattern are shared.</summary>
    /// <exception cref="ArgumentException">The number of parameters differs.</exception>
    public FunctionOperator With(Batch parameters)
    {
        Guard.Equal(parameters.Components, _parameters.Components, "the number of parameters", "those of the function");
        return new(this, parameters);
    }

    /// <inheritdoc/>
    public void Evaluate(Batch x, Batch destination) => Run(Function, x, null, destination);

    /// <inheritdoc/>
    public void ApplyJacobian(Batch x, Batch linearization, Batch v, Batch destination) => Run(_product.Value, x, v, destination);

    /// <inheritdoc/>
    public void ApplyJacobianAdjoint(Batch x, Batch linearization, Batch u, Batch destination) => Run(_adjoint.Value, x, u, destination);

    /// <inheritdoc/>
    public void JacobianEntries(Batch x, Batch linearization, Batch entries) => _entries.Value.Entries(this, x, linearization, entries);

    /// <inheritdoc/>
    public INonlinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) =>
        _parameters.Components == 0 ? this : new FunctionOperator(this, _parameters.Select(instances, arena));

    /// <summary>Runs this function or one composed from it, with a direction as last input.</summary>
    internal void Run(Function f, Batch x, Batch? direction, Batch destination)
    {
        Guard.Equal(x.Components, Components, "the point", "the function");
        Guard.SameShape(x, destination);
        if (_parameters.Components > 0)
        {
            Guard.Equal(x.Instances, _parameters.Instances, "the point's instances", "the parameters' instances");
        }

        double time = 0;
        int lanes = x.Instances, next = 2;
        BatchPointer* inputs = stackalloc BatchPointer[4];
        inputs[0] = new(x.Pointer, lanes);
        inputs[1] = new(_parameters.Pointer, lanes);
        if (Function.Inputs.Count == 3)
        {
            inputs[next++] = new(&time, 1);
        }

        if (direction is Batch v)
        {
            inputs[next] = new(v.Pointer, lanes);
        }

        BatchPointer output = new(destination.Pointer, lanes);
        f.Kernel.Run(inputs, &output, lanes);
    }
}
