using System.Text.Json.Nodes;
using Unrolled.Certification;
using Unrolled.Deployment;
using Unrolled.Deployment.Integrators;
using Unrolled.Problems;
using Unrolled.RungeKutta;

namespace Unrolled.Cli.Workloads.Integrators;

/// <summary>What is proved about a learned integrator from its numbers (order, stability intervals), and what fresh trajectories of its family show.</summary>
internal sealed class IntegratorCertificates
{
    private const int TableOrder = 6;

    private readonly Model _model;
    private readonly LearnedIntegrator _learned;
    private readonly ReferenceTrajectories _references;
    private readonly WorkContext _context;
    private readonly List<Certificate> _certificates = [];

    private IntegratorCertificates(Model model, ReferenceTrajectories references, WorkContext context) =>
        (_model, _learned, _references, _context) = (model, LearnedIntegrator.Of(model), references, context);

    public static IReadOnlyList<Certificate> Of(Model model, ReferenceTrajectories references, WorkContext context) =>
        new IntegratorCertificates(model, references, context).All();

    /// <summary>The largest defect of the conditions of every order, of the learned method (a tableau, at the step h_0 where it depends on the step, or a multistep method) and of the parent.</summary>
    public static JsonObject Defects(LearnedIntegrator learned) => new()
    {
        ["learned"] = ResultNumbers.ToJson(LargestDefects(learned.Method, TableOrder) ?? []),
        ["parent"] = ResultNumbers.ToJson(LargestDefects(learned.Parent, TableOrder)!),
    };

    private List<Certificate> All()
    {
        _certificates.Add(Order(_learned.Method, _learned.Order));
        Certificate parent = Order(_learned.Parent, Math.Min(_learned.ParentOrder, IntegratorOrder.LargestOrder));
        _certificates.Add(parent with { Claim = parent.Claim.Replace(_learned.Parent.Name, $"{_learned.Parent.Name}, used outside the range,", StringComparison.Ordinal) });
        Stability();
        Statistics();
        return [.. _certificates];
    }

    private static Certificate Order(IFixedStepMethod method, int order) => method switch
    {
        FixedStepLearnedRungeKutta conditioned => IntegratorOrder.Of(conditioned.Method, order),
        FixedStepRungeKutta rungeKutta when order > 1 => IntegratorOrder.Of(rungeKutta.Tableau, order),
        FixedStepMultistep multistep when order > 1 => IntegratorOrder.OfMultistep(multistep.Name, multistep.Weights, order),
        _ => IntegratorOrder.Consistency(method.Name, IntegratorCoefficients.Of(method).Rows[^1]),
    };

    private void Stability()
    {
        switch (_learned.Method)
        {
            case FixedStepRungeKutta method:
                Intervals(length => IntegratorStability.RealAxis(method.Tableau, length), length => IntegratorStability.ImaginaryAxis(method.Tableau, length));
                break;
            case FixedStepLearnedRungeKutta { Method: LearnedRungeKutta method } when LargestEpsilon(method) is double largest:
                double constant = IntegratorOrder.DefectsOverTheRange(method, _learned.Order, largest, double.MaxValue).Value;
                _certificates.Add(IntegratorOrder.DefectsOverTheRange(method, _learned.Order, largest, FreshInstances.RoundedUp([constant])));
                Intervals(length => IntegratorStability.RealAxis(method, largest, length), length => IntegratorStability.ImaginaryAxis(method, largest, length));
                break;
            case FixedStepMultistep or FixedStepTwoStep when _learned.Coefficients.Memory <= MemoryStability.LargestMemory:
                Intervals(MemoryStability.RealAxis(_learned.Coefficients));
                break;
            default:
                break;
        }
    }

    /// <summary>The longest intervals of a few digits; what cannot be proved is shortened a little and then not claimed.</summary>
    private void Intervals(params ReadOnlySpan<Func<double, Certificate>> axes)
    {
        foreach (Func<double, Certificate> axis in axes)
        {
            double length = IntegratorStability.Claimed(axis(0).Bound);
            for (int attempt = 0; attempt < 4 && length > 0; attempt++)
            {
                if (axis(length) is { Holds: true } proved)
                {
                    _certificates.Add(proved);
                    break;
                }

                length = IntegratorStability.Claimed(0.98 * length);
            }
        }
    }

    /// <summary>The largest ε of the valid steps and parameters; null where no step bounds it.</summary>
    private double? LargestEpsilon(LearnedRungeKutta method)
    {
        ParameterScale scale = method.Scale;
        double[] corner = [.. _learned.ValidParameters.Select((v, i) => i < scale.Exponents.Count && scale.Exponents[i] < 0 ? v.Low : v.High)];
        double largest = _learned.ValidSteps.High / method.BaseStep * scale.Factor(corner) * (1 + 1e-12);
        return double.IsFinite(largest) ? largest : null;
    }

    private void Statistics()
    {
        if (FreshInstances.Of(_model) is not FreshInstances fresh)
        {
            return;
        }

        int steps = _model.MethodSettings.Integer("steps", 1, int.MaxValue);
        InitialValueProblem problem = IntegratorSets.Draw(_learned.Family, fresh.Count, StatisticalCertificate.Stream(_model.Training.Seed), _references, _context);
        double[] errors = IntegratorComparison.LargestErrors(_learned.Method, problem, steps, _references, _context.Threads, _context.Cancellation);
        long evaluations = _learned.Method.Evaluations(steps);
        int checkpoints = IntegratorComparison.DefaultCheckpoints(problem.Horizon);
        IReadOnlyList<string> assumptions =
        [
            $"errors are those of the largest component at {checkpoints} times, against DOP853 with tolerance 1e-13",
            "instances whose reference does not reach the horizon are left out, of the family too",
        ];
        Certificate[] found =
        [
            StatisticalCertificate.Fraction(
                FormattableString.Invariant($"are integrated to an error of at most {fresh.Threshold:g3} within {evaluations} evaluations"), errors.Count(e => e <= fresh.Threshold), errors.Length, assumptions),
            StatisticalCertificate.Limit(FormattableString.Invariant($"an error after {evaluations} evaluations"), errors, assumptions),
        ];
        _certificates.AddRange(found.Where(c => c.Holds));
    }

    /// <summary>For every order the largest defect; null for methods with memory of stages, whose conditions are others.</summary>
    private static double[]? LargestDefects(IFixedStepMethod method, int order)
    {
        switch (method)
        {
            case FixedStepMultistep multistep:
                return [.. MultistepConditions.Defects(multistep.Weights, order).Select(Math.Abs)];
            case FixedStepLearnedRungeKutta learned:
                return LargestDefects(learned.At(learned.Method.BaseStep), order);
            case FixedStepRungeKutta rungeKutta:
                double[] defects = OrderConditions.Defects(rungeKutta.Tableau, order);
                return [.. Enumerable.Range(1, order).Select(q => RootedTree.UpTo(order).ToArray().Where(t => t.Order == q).Max(t => Math.Abs(defects[t.Index])))];
            default:
                return null;
        }
    }
}
