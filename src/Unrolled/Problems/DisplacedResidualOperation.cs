using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems;

/// <summary>A combination and the residual at its point in one pass; the point is never stored.</summary>
/// <typeparam name="M">The order of the shared matrix; 0 for scalar equations with one coefficient per instance.</typeparam>
/// <typeparam name="L">The number of terms of the combination.</typeparam>
internal sealed unsafe class DisplacedResidualOperation<M, L>(LinearSystemSlot slot, CombineOperation combination) : TapeOperation
    where M : struct, IConstant
    where L : struct, IConstant
{
    private readonly double*[] _v = new double*[L.Value];
    private readonly double*[] _dv = new double*[L.Value];
    private readonly bool[] _accumulates = new bool[L.Value];
    private double* _x, _y, _dy, _dx;
    private bool _xAccumulates;
    private nuint _instances;

    public override IReadOnlyList<Variable> Inputs => combination.Inputs;

    public override bool HasParameters => L.Value > 0;

    public override bool AdjointReads(int input) => input > 0;

    public override TapeOperation? FuseWith(TapeOperation producer) =>
        L.Value == 0 && producer is CombineOperation before ? DisplacedResidual.Compiled(slot, before) : null;

    public override void Bind(TapeBinding binding)
    {
        _instances = (nuint)binding.Output.Instances;
        _x = binding.Values[0].Pointer;
        _y = binding.Output.Pointer;
        _dy = binding.OutputGradient is Batch dy ? dy.Pointer : null;
        _dx = binding.Gradients[0] is Batch dx ? dx.Pointer : null;
        _xAccumulates = binding.Accumulates[0];
        for (int l = 0; l < L.Value; l++)
        {
            _v[l] = binding.Values[l + 1].Pointer;
            _dv[l] = binding.Gradients[l + 1] is Batch dv ? dv.Pointer : null;
            _accumulates[l] = binding.Accumulates[l + 1];
        }
    }

    public override double Evaluate(ReadOnlySpan<double> parameters)
    {
        var matrix = (DenseOperator)slot.System.Operator;
        double* b = slot.System.RightHandSide.Pointer;
        fixed (double* theta = parameters.Slice(combination.FirstWeight, L.Value))
        fixed (double** v = _v)
        {
            if (M.Value == 0)
            {
                ScalarKernels<L>.Evaluate(matrix.Entries.Pointer, _x, theta, v, b, _y, _instances);
            }
            else
            {
                SmallMatrixKernels<M, L>.Evaluate(matrix.TransposedEntries.Pointer, _x, theta, v, b, _y, _instances);
            }
        }

        return 0;
    }

    public override void Adjoint(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double* matrix = ((DenseOperator)slot.System.Operator).Entries.Pointer;
        fixed (double* theta = parameters.Slice(combination.FirstWeight, L.Value), dtheta = gradient.Slice(combination.FirstWeight, L.Value))
        fixed (double** v = _v, dv = _dv)
        fixed (bool* accumulates = _accumulates)
        {
            if (M.Value == 0)
            {
                ScalarKernels<L>.Adjoint(matrix, _dy, theta, v, dv, accumulates, _dx, _xAccumulates, dtheta, _instances);
            }
            else
            {
                SmallMatrixKernels<M, L>.Adjoint(matrix, _dy, theta, v, dv, accumulates, _dx, _xAccumulates, dtheta, _instances);
            }
        }
    }
}
