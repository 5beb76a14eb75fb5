using System.Globalization;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.RungeKutta;

namespace Unrolled.Deployment.Integrators;

/// <summary>
/// A learned integrator as a model stores it: the method, the classical parent that replaces it outside the step sizes and parameters
/// that it was learned for, and the family of equations.
/// </summary>
/// <remarks>
/// Blocks of a model: <c>coefficients</c> (the packed triangle of a tableau, the numbers of <see cref="LearnedTwoStepRungeKutta"/>, the
/// weights of <see cref="LearnedMultistep"/>, or the numbers of a <see cref="StepConditionedForm"/>) and <c>parent</c>
/// (the packed triangle or the weights of the parent). Settings of the method: <c>kind</c>, <c>name</c>, <c>stages</c>, <c>memory</c>,
/// <c>order</c>, <c>parent</c>, <c>parent-order</c>, <c>steps</c>, <c>budget</c>; of the kind <c>step-conditioned</c> also <c>exponents</c>
/// (r_k, separated by commas), <c>base-step</c> (h_0) and, where the step is measured in units that depend on the equation's parameters,
/// <c>reference-parameters</c> (q_i of <see cref="ParameterScale"/>, separated by commas). Immutable.
/// </remarks>
public sealed class LearnedIntegrator
{
    /// <summary>The name of the method in a model and an experiment.</summary>
    public const string MethodName = "runge-kutta";

    /// <summary>The name of the range of step sizes in a model.</summary>
    public const string StepSize = "step size";

    /// <summary>What stands before the name of a state where its range of initial values is meant.</summary>
    public const string InitialPrefix = "initial ";

    /// <summary>The names of the kinds in a model, in the order of <see cref="IntegratorKind"/>.</summary>
    private static readonly string[] KindNames = ["runge-kutta", "two-step", "multistep", "step-conditioned"];

    private const int LargestExponent = 20;

    private readonly IReadOnlyList<ValidRange> _ranges;

    private LearnedIntegrator(Model model, OdeFamily family, IFixedStepMethod method, IFixedStepMethod parent, IntegratorCoefficients coefficients,
        ValidInterval validSteps, ValidInterval[] validParameters)
    {
        _ranges = model.ValidRanges;
        (Model, Family, Method, Parent, Coefficients) = (model, family, method, parent, coefficients);
        (ValidSteps, ValidParameters) = (validSteps, validParameters);
    }

    /// <summary>The model that it was made from, to be saved by <see cref="ModelFile"/>.</summary>
    public Model Model { get; }

    /// <summary>The equations, with the distributions that the method was learned for.</summary>
    public OdeFamily Family { get; }

    /// <summary>The learned method, at any step size.</summary>
    public IFixedStepMethod Method { get; }

    /// <summary>The classical method with as many evaluations a step.</summary>
    public IFixedStepMethod Parent { get; }

    /// <summary>The order that the learned method has by construction; 1 where all coefficients were fitted.</summary>
    public required int Order { get; init; }

    /// <summary>The order of the parent.</summary>
    public required int ParentOrder { get; init; }

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
        model.RequireMethod(MethodName);
        OdeFamily family = OdeFamilies.Create(model.Family);
        Settings settings = model.MethodSettings;
        ValidInterval Range(string of) => model.ValidRanges.Where(r => r.Name == of).Select(r => new ValidInterval(r.Low, r.High))
            .FirstOrDefault(new ValidInterval(double.NegativeInfinity, double.PositiveInfinity));
        ValidInterval steps = Range(StepSize);
        try
        {
            double[] theta = model.Parameters["coefficients"].ToArray();
            (IFixedStepMethod method, IFixedStepMethod parent) = (IntegratorKind)Array.IndexOf(KindNames, settings.Choice("kind", KindNames)) switch
            {
                IntegratorKind.Multistep => Multistep(new LearnedMultistep(theta, steps)),
                IntegratorKind.TwoStepRungeKutta => TwoStep(new LearnedTwoStepRungeKutta(
                    StoredParent(model), settings.Integer("stages", 1, 100), settings.Integer("memory", 0, 100), theta, steps)),
                IntegratorKind.StepConditioned => StepConditioned(StoredParent(model), theta, settings, family.Function.Inputs[1].Length),
                _ => (new FixedStepRungeKutta(new ButcherTableau(settings.Text("name"), settings.Integer("order", 1, 20, 1), theta)), new FixedStepRungeKutta(StoredParent(model))),
            };
            ValidInterval[] parameters = [.. family.Function.Inputs[1].Components.Select(Range)];
            IntegratorCoefficients coefficients = IntegratorCoefficients.Of(method);
            RequirePositive(coefficients.Scale, parameters, family.Function.Inputs[1].Components);
            return new(model, family, method, parent, coefficients, steps, parameters)
            {
                Order = settings.Integer("order", 1, 20, 1), ParentOrder = settings.Integer("parent-order", 1, 20),
            };
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(model.Family.Source, $"the parameters are no integrator: {e.Message}", e);
        }
    }

    private static (IFixedStepMethod Method, IFixedStepMethod Parent) Multistep(LearnedMultistep method) => (method.Method, method.Parent);

    private static (IFixedStepMethod Method, IFixedStepMethod Parent) TwoStep(LearnedTwoStepRungeKutta method) =>
        (new FixedStepTwoStep(method), new FixedStepRungeKutta(method.Parent));

    /// <summary>The method at any step size: its ranges are those of the model, as for the other kinds.</summary>
    private static (IFixedStepMethod Method, IFixedStepMethod Parent) StepConditioned(ButcherTableau parent, double[] numbers, Settings settings, int parameters)
    {
        double[] references = References(settings);
        if (references.Length > 0 && references.Length != parameters)
        {
            throw settings.Fault("reference-parameters", $"'{settings.Path}.reference-parameters' holds {references.Length} numbers; the equations have {parameters} parameters");
        }

        StepConditionedForm form = new(parent, Exponents(settings), settings.Number("base-step", double.Epsilon, double.MaxValue), references);
        return (new FixedStepLearnedRungeKutta(form.Method(numbers, new ValidInterval(0, double.PositiveInfinity))), new FixedStepRungeKutta(parent));
    }

    /// <summary>Powers are taken of parameters in the model's ranges only.</summary>
    private static void RequirePositive(ParameterScale scale, ValidInterval[] ranges, IReadOnlyList<string> names)
    {
        for (int i = 0; i < scale.Exponents.Count; i++)
        {
            if (scale.Exponents[i] != 0 && !(ranges[i].Low > 0))
            {
                throw new ArgumentException($"the step depends on a power of {names[i]}, whose range begins at {ranges[i].Low:R}; a positive range is needed");
            }
        }
    }

    private static double[] References(Settings settings)
    {
        const string key = "reference-parameters";
        string text = settings.Has(key) ? settings.Text(key) : string.Empty;
        string[] words = text.Length == 0 ? [] : text.Split(',', StringSplitOptions.TrimEntries);
        double[] references = new double[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out references[i]) || !(references[i] >= 0 && double.IsFinite(references[i])))
            {
                throw settings.Fault(key, $"'{settings.Path}.{key}' is '{text}'; expected numbers that are not negative, separated by commas");
            }
        }

        return references;
    }

    private static int[] Exponents(Settings settings)
    {
        string text = settings.Text("exponents");
        string[] words = text.Split(',', StringSplitOptions.TrimEntries);
        int[] exponents = new int[words.Length];
        for (int k = 0; k < words.Length; k++)
        {
            if (!int.TryParse(words[k], NumberStyles.None, CultureInfo.InvariantCulture, out exponents[k]) || exponents[k] > LargestExponent)
            {
                throw settings.Fault("exponents", $"'{settings.Path}.exponents' is '{text}'; expected integers from 0 to {LargestExponent}, separated by commas");
            }
        }

        return exponents;
    }

    /// <summary>The library's own tableau where the stored one equals it: that one has an error estimate and dense output.</summary>
    private static ButcherTableau StoredParent(Model model)
    {
        Settings settings = model.MethodSettings;
        ButcherTableau stored = new(settings.Text("parent"), settings.Integer("parent-order", 1, 20), model.Parameters["parent"]);
        return Tableaus.All.FirstOrDefault(t => t.Name == stored.Name && t.Parameters.SequenceEqual(stored.Parameters)) ?? stored;
    }

    /// <summary>The name of a kind in a model.</summary>
    public static string NameOf(IntegratorKind kind) => KindNames[(int)kind];

    /// <summary>Which of the step size, the parameters and the initial values of a problem lie outside their ranges.</summary>
    /// <param name="h">The step size.</param>
    /// <param name="parameters">The parameters of the equations, in their order.</param>
    /// <param name="initial">The initial values, in their order; none to leave them out.</param>
    public IReadOnlyList<OutOfRange> Outside(double h, ReadOnlySpan<double> parameters, ReadOnlySpan<double> initial = default)
    {
        List<(string, double)> measured = [(StepSize, h), .. Family.Function.Inputs[1].Components.Zip(parameters.ToArray())];
        measured.AddRange(Family.Function.Inputs[0].Components.Zip(initial.ToArray(), (name, value) => (InitialPrefix + name, value)));
        return OutOfRange.Find(_ranges, measured);
    }

    /// <summary>Why the parent must be used: the first range of <see cref="Outside"/> without the initial values; null where the learned method may be.</summary>
    public string? ReasonToFallBack(double h, ReadOnlySpan<double> parameters)
    {
        IReadOnlyList<OutOfRange> outside = Outside(h, parameters);
        return outside.Count == 0 ? null : FormattableString.Invariant(
            $"the {(outside[0].Range.Name == StepSize ? "step size" : $"parameter {outside[0].Range.Name} =")} {outside[0].Value:g6} lies outside [{outside[0].Range.Low:g6}, {outside[0].Range.High:g6}], for which the method was learned");
    }

    /// <summary>The step size that the method was learned for.</summary>
    /// <exception cref="InvalidInputException">The model does not say how many steps it was learned for.</exception>
    public double StepSizeOfTraining => Family.Horizon / Model.MethodSettings.Integer("steps", 1, int.MaxValue);

    /// <summary>Integrates one trajectory with steps of <see cref="StepSizeOfTraining"/> and keeps the state after every step.</summary>
    /// <param name="initial">The initial values, in the order of the states.</param>
    /// <param name="parameters">The parameters, in their order.</param>
    /// <param name="cancellationToken">Stops the run; the outcome says so.</param>
    /// <returns>The trajectory; its <see cref="Trajectories.Method"/> is the parent's where a parameter lies outside its range.</returns>
    /// <exception cref="ArgumentException">The counts differ from those of the equations, or a number is not finite.</exception>
    public Trajectories Integrate(ReadOnlySpan<double> initial, ReadOnlySpan<double> parameters = default, CancellationToken cancellationToken = default)
    {
        Batch p = Batch.Zeros(parameters.Length, 1);
        parameters.CopyTo(p.Values);
        var problem = new InitialValueProblem(Family.Function, Batch.Of(initial), p, Family.Horizon);
        int steps = Model.MethodSettings.Integer("steps", 1, int.MaxValue);
        IFixedStepMethod method = ReasonToFallBack(Family.Horizon / steps, parameters) is null ? Method : Parent;
        return method.Integrate(problem, steps, new() { Checkpoints = steps }, cancellationToken);
    }

    /// <summary>The method to run with a step size, for parameters inside their intervals.</summary>
    public IFixedStepMethod MethodFor(double h) => ValidSteps.Contains(h) ? Method : Parent;
}
