using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Problems;

/// <summary>Records <c>y = f(0) = -b</c>: the first residual of a run from zero, which needs no product and has no adjoint.</summary>
internal sealed class ZeroResidualOperation(LinearSystemSlot slot) : TapeOperation
{
    private Batch _output;

    public override IReadOnlyList<Variable> Inputs => [];

    public override bool AdjointReads(int input) => false;

    public override void Bind(TapeBinding binding) => _output = binding.Output;

    public override double Evaluate(ReadOnlySpan<double> parameters)
    {
        Kernels.Multiply(-1.0, slot.System.RightHandSide.Values, _output.Values);
        return 0;
    }

    public override void Adjoint(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
    }
}
