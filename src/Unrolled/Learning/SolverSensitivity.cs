using Unrolled.Newton;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Learning;

/// <summary>
/// Carries the derivatives of a learned step's vectors with respect to its weights along the step, by products with the exact Jacobian:
/// <c>d v_j/d theta_w = M^-1 J(point) (d point/d theta_w)</c>.
/// </summary>
/// <remarks>
/// In Newton-Krylov form J belongs to the iterate, whose own derivative it ignores: steps of that form are trained one at a time, from
/// fixed states. Storage: (n + 3) vectors for each of the n (n + 1)/2 weights.
/// </remarks>
internal sealed class SolverSensitivity : IStepWatch
{
    private readonly NonlinearSystem _problem;
    private readonly Workspace _workspace;
    private readonly LearnedForm _form;
    private readonly LearnedCoefficients _shape;
    private readonly Batch[] _points; // of weight w: the iterate and the displaced point
    private readonly Batch[] _terms;
    private readonly Batch[] _values;
    private readonly Batch _product;
    private readonly Batch _linearization;
    private LearnedCoefficients _coefficients;
    private int _active;

    public SolverSensitivity(NonlinearSystem problem, Workspace workspace, LearnedForm form, LearnedCoefficients shape, BatchArena arena)
    {
        (_problem, _workspace, _form, _shape, _coefficients) = (problem, workspace, form, shape, shape);
        Batch Take() => arena.Take(problem.Components, problem.Instances);
        _points = [.. Enumerable.Range(0, 2 * shape.Weights).Select(_ => Take())];
        _terms = [.. Enumerable.Range(0, shape.InnerEvaluations * shape.Weights).Select(_ => Take())];
        _values = [.. Enumerable.Range(0, shape.Weights).Select(_ => Take())];
        _product = Take();
        _linearization = arena.Take(problem.Operator.LinearizationComponents, problem.Instances);
    }

    /// <summary>dF/d theta_w at the iterate.</summary>
    public Batch Value(int weight) => _values[weight];

    /// <summary>Begins at an iterate that does not depend on the weights.</summary>
    public void Begin(LearnedCoefficients coefficients)
    {
        _coefficients = coefficients;
        _active = 0;
        for (int w = 0; w < _shape.Weights; w++)
        {
            Point(0, w).Values.Clear();
            _values[w].Values.Clear();
        }
    }

    /// <inheritdoc/>
    public void Started()
    {
        for (int w = 0; w < _shape.Weights; w++)
        {
            Precondition(_values[w], Term(0, w));
        }
    }

    /// <inheritdoc/>
    public void Combined(int destination, int firstWeight, int terms)
    {
        int known = Math.Max(_active, firstWeight + terms);
        for (int w = 0; w < known; w++)
        {
            Batch point = Point(destination == 0 ? 0 : 1, w);
            if (destination != 0)
            {
                if (_form == LearnedForm.Direct && _active > w)
                {
                    Point(0, w).CopyTo(point);
                }
                else
                {
                    point.Values.Clear();
                }
            }

            for (int l = 0; l < terms; l++)
            {
                if (w < _active || w < l * (l + 1) / 2)
                {
                    AddScaled(firstWeight + l, Term(l, w), point);
                }
            }

            if (w >= firstWeight && w < firstWeight + terms)
            {
                Kernels.Add<double>(point.Values, MemoryOf().Term(_workspace, w - firstWeight).Values, point.Values);
            }
        }
    }

    /// <inheritdoc/>
    public void Evaluated(int point, int term)
    {
        Batch at = _form == LearnedForm.Direct ? MemoryOf().Point(_workspace, point) : _workspace.Iterate;
        _problem.Operator.Linearize(at, _linearization);
        int known = Math.Max(_active, term * (term + 1) / 2);
        for (int w = 0; w < known; w++)
        {
            _problem.Operator.ApplyJacobian(at, _linearization, Point(1, w), _product);
            Precondition(_product, Term(term, w));
        }
    }

    /// <inheritdoc/>
    public void Updated()
    {
        _active = _shape.Weights;
        _problem.Operator.Linearize(_workspace.Iterate, _linearization);
        for (int w = 0; w < _shape.Weights; w++)
        {
            _problem.Operator.ApplyJacobian(_workspace.Iterate, _linearization, Point(0, w), _values[w]);
        }
    }

    private LearnedMemory MemoryOf() => new(_coefficients);

    private Batch Point(int which, int weight) => _points[(which * _shape.Weights) + weight];

    private Batch Term(int term, int weight) => _terms[(term * _shape.Weights) + weight];

    private void AddScaled(int weight, Batch term, Batch point)
    {
        if (_shape.AreConstant)
        {
            Kernels.MultiplyAdd(_coefficients.Values[weight], term.Values, point.Values, point.Values);
        }
        else
        {
            BatchKernels.MultiplyAdd(MemoryOf().Weight(_workspace, weight), term, point, point);
        }
    }

    private void Precondition(Batch value, Batch destination)
    {
        if (_problem.Preconditioner is null)
        {
            value.CopyTo(destination);
        }
        else
        {
            _problem.Preconditioner.Apply(value, destination);
        }
    }
}
