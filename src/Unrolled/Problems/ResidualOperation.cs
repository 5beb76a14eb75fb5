using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Problems;

/// <summary>Records <c>y = A x - b</c>. Adjoint: <c>dx += A^T dy</c>. The value of <c>x</c> is not needed again.</summary>
internal sealed class ResidualOperation(LinearSystemSlot slot, Variable x) : TapeOperation
{
    private readonly Variable[] _inputs = [x];
    private TapeBinding _binding = null!;

    public override IReadOnlyList<Variable> Inputs => _inputs;

    public override bool AdjointReads(int input) => false;

    public override bool NeedsScratch(TapeBinding binding) => binding.Accumulates[0];

    public override void Bind(TapeBinding binding) => _binding = binding;

    public override double Evaluate(ReadOnlySpan<double> parameters)
    {
        LinearSystem system = slot.System;
        system.Operator.Residual(_binding.Values[0], system.RightHandSide, _binding.Output);
        return 0;
    }

    public override void Adjoint(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        if (_binding.Gradients[0] is not Batch dx)
        {
            return;
        }

        Batch dy = _binding.OutputGradient!.Value;
        if (_binding.Accumulates[0])
        {
            slot.System.Operator.ApplyAdjoint(dy, _binding.Scratch);
            Kernels.Add<double>(dx.Values, _binding.Scratch.Values, dx.Values);
        }
        else
        {
            slot.System.Operator.ApplyAdjoint(dy, dx);
        }
    }
}
