using Unrolled.Differentiation;
using Unrolled.Problems;

namespace Unrolled.Krylov;

/// <summary>Records an R2N2 step on a tape: the same operations as <see cref="WorkspaceSteps"/>, with the weights as parameters.</summary>
internal sealed class TapeSteps(Tape tape, LinearSystemSlot slot, int innerEvaluations) : IResidualSteps
{
    private readonly Variable[] _points = new Variable[3];
    private readonly Variable[] _terms = new Variable[innerEvaluations];

    /// <summary>Starts at zero.</summary>
    public void StartAtZero()
    {
        _points[0] = tape.Input();
        _terms[0] = tape.Record(new ZeroResidualOperation(slot));
    }

    /// <summary>Starts at any iterate with its residual: the state of the recurrence.</summary>
    public void StartAtState()
    {
        _points[0] = tape.InputWithGradient();
        _terms[0] = tape.InputWithGradient();
    }

    /// <summary>The iterate.</summary>
    public Variable Iterate => _points[0];

    /// <summary>The last evaluation at the iterate.</summary>
    public Variable Residual => _terms[0];

    /// <inheritdoc/>
    public void Function(int point, int term) =>
        _terms[term] = tape.Record(DisplacedResidual.At(_points[point], slot));

    /// <inheritdoc/>
    public void Combine(int start, int firstWeight, int firstTerm, int terms, int destination) =>
        _points[destination] = tape.Combine(_points[start], firstWeight, _terms.AsSpan(firstTerm, terms));

    /// <inheritdoc/>
    public void Relax(int point, int weight, int destination) =>
        throw new NotSupportedException("a tape records evaluations and updates apart, because their weights vary apart");
}
