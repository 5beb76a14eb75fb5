using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Deployment;

/// <summary>
/// A learned integrator as a model stores it: the method, the classical parent that replaces it outside the step sizes and parameters
/// that it was learned for, and the family of equations.
/// </summary>
/// <remarks>
/// Blocks of a model: <c>coefficients</c> (the packed triangle of a tableau, or the numbers of <see cref="LearnedTwoStepRungeKutta"/>) and
/// <c>parent</c> (the packed triangle of the parent). Settings of the method: <c>kind</c>, <c>stages</c>, <c>memory</c>, <c>parent</c>,
/// <c>parent-order</c>, <c>steps</c>, <c>budget</c>. Immutable.
/// </remarks>
public sealed class LearnedIntegrator
{
    /// <summary>The name of the range of step sizes in a model.</summary>
    public const string StepSize = "step size";

    private LearnedIntegrator(OdeFamily family, IFixedStepMethod method, ButcherTableau parent, IntegratorCoefficients coefficients,
        ValidInterval validSteps, ValidInterval[] validParameters)
    {
        (Family, Method, Parent, Coefficients) = (family, method, new FixedStepRungeKutta(parent), coefficients);
        (ValidSteps, ValidParameters) = (validSteps, validParameters);
    }

    /// <summary>The equations, with the distributions that the method was learned for.</summary>
    public OdeFamily Family { get; }

    /// <summary>The learned method, at any step size.</summary>
    public IFixedStepMethod Method { get; }

    /// <summary>The classical method with as many evaluations a step.</summary>
    public FixedStepRungeKutta Parent { get; }

    /// <summary>The learned coefficients.</summary>
    public IntegratorCoefficients Coefficients { get; }

    /// <summary>The step sizes for which the learned method is used.</summary>
    public ValidInterval ValidSteps { get; }

    /// <summary>The intervals of the equations' parameters, in their order.</summary>
    public IReadOnlyList<ValidInterval> ValidParameters { get; }

    /// <summary>Reads a model of the method <c>runge-kutta</c>.</summary>
    /// <exception cref="InvalidInputException">The model is none, or its parts do not fit.</exception>
    public static LearnedIntegrator Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        OdeFamily family = OdeFamilies.Create(model.Family);
        Settings settings = model.MethodSettings;
        string kind = settings.Choice("kind", ["runge-kutta", "two-step"]);
        int stages = settings.Integer("stages", 1, 100), memory = settings.Integer("memory", 0, 100);
        string name = settings.Text("name");
        ValidInterval Range(string of) => model.ValidRanges.Where(r => r.Name == of).Select(r => new ValidInterval(r.Low, r.High))
            .FirstOrDefault(new ValidInterval(double.NegativeInfinity, double.PositiveInfinity));
        ValidInterval steps = Range(StepSize);
        try
        {
            ButcherTableau parent = new(settings.Text("parent"), settings.Integer("parent-order", 1, 20), model.Parameters["parent"]);
            parent = Tableaus.All.FirstOrDefault(t => t.Parameters.SequenceEqual(parent.Parameters) && t.Name == parent.Name) ?? parent;
            ReadOnlySpan<double> theta = model.Parameters["coefficients"];
            IFixedStepMethod method = kind == "two-step"
                ? new FixedStepTwoStep(new LearnedTwoStepRungeKutta(parent, stages, memory, theta, steps))
                : new FixedStepRungeKutta(new ButcherTableau(name, 1, theta));
            IntegratorCoefficients rows = method is FixedStepTwoStep two ? IntegratorCoefficients.Of(two) : IntegratorCoefficients.Of(((FixedStepRungeKutta)method).Tableau);
            return new(family, method, parent, rows, steps, [.. family.Function.Inputs[1].Components.Select(Range)]);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(model.Family.Source, $"the parameters are no integrator: {e.Message}", e);
        }
    }

    /// <summary>Why the parent must be used; null where the learned method may be.</summary>
    public string? ReasonToFallBack(double h, ReadOnlySpan<double> parameters)
    {
        if (!ValidSteps.Contains(h))
        {
            return FormattableString.Invariant($"the step size {h:g6} lies outside [{ValidSteps.Low:g6}, {ValidSteps.High:g6}], for which the method was learned");
        }

        for (int i = 0; i < Math.Min(parameters.Length, ValidParameters.Count); i++)
        {
            ValidInterval valid = ValidParameters[i];
            if (!valid.Contains(parameters[i]))
            {
                return FormattableString.Invariant(
                    $"the parameter {Family.Function.Inputs[1].Components[i]} = {parameters[i]:g6} lies outside [{valid.Low:g6}, {valid.High:g6}], for which the method was learned");
            }
        }

        return null;
    }

    /// <summary>The method to run with a step size, for parameters inside their intervals.</summary>
    public IFixedStepMethod MethodFor(double h) => ValidSteps.Contains(h) ? Method : Parent;
}
