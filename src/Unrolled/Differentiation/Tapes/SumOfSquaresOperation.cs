using Unrolled.Numerics;

namespace Unrolled.Differentiation;

/// <summary>The loss term <c>w sum v^2</c>, with <c>w</c> its weight times the tape's scale, over all components and instances; its adjoint is <c>dv += 2 w v</c>.</summary>
internal sealed class SumOfSquaresOperation(Tape tape, Variable v, double weight) : TapeOperation
{
    private readonly Variable[] _inputs = [v];
    private Batch _value;
    private Batch? _gradient;
    private bool _accumulates;

    private double Weight => tape.LossScale * weight;

    public override IReadOnlyList<Variable> Inputs => _inputs;

    public override bool HasOutput => false;

    public override bool AdjointReads(int input) => true;

    public override void Bind(TapeBinding binding)
    {
        _value = binding.Values[0];
        _gradient = binding.Gradients[0];
        _accumulates = binding.Accumulates[0];
    }

    public override double Evaluate(ReadOnlySpan<double> parameters) => Weight * Kernels.Dot<double>(_value.Values, _value.Values);

    public override void Adjoint(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        if (_gradient is not Batch dv)
        {
            return;
        }

        if (_accumulates)
        {
            Kernels.MultiplyAdd<double>(2 * Weight, _value.Values, dv.Values, dv.Values);
        }
        else
        {
            Kernels.Multiply<double>(2 * Weight, _value.Values, dv.Values);
        }
    }
}
