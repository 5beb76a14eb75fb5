using System.Globalization;
using Unrolled.Newton;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Deployment.Nonlinear;

/// <summary>A learned nonlinear solver as a model stores it: the form of its step, its weights, and its safeguard.</summary>
/// <remarks>
/// Block of a model: <c>coefficients</c>, (weights, polynomials). Settings of the method: <c>form</c>, <c>inner-evaluations</c>,
/// <c>coordinates</c>, <c>degree</c>, <c>rate</c>, <c>secant-pairs</c>. Immutable.
/// </remarks>
public sealed class LearnedNonlinear
{
    /// <summary>The name of the method in a model and an experiment.</summary>
    public const string MethodName = "nonlinear-solver";

    /// <summary>The name of the method where the systems are those of a power network.</summary>
    public const string PowerFlowName = "power-flow";

    private static readonly string[] FormNames = ["direct", "newton-krylov"];

    private readonly Model? _model;

    /// <summary>A solver from its parts.</summary>
    /// <param name="form">The form of the step.</param>
    /// <param name="coefficients">The weights.</param>
    /// <param name="rate">The part to which the residual must fall in a step; else the classical method takes over.</param>
    /// <param name="secantPairs">How many secant pairs Anderson's mixing keeps after the first learned step; 0 for learned steps all the way.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive and below 1, or the number of pairs is negative or given in Newton-Krylov form.</exception>
    public LearnedNonlinear(LearnedForm form, LearnedCoefficients coefficients, double rate = 0.5, int secantPairs = 0)
        : this(form, coefficients, rate, secantPairs, null)
    {
    }

    private LearnedNonlinear(LearnedForm form, LearnedCoefficients coefficients, double rate, int secantPairs, Model? model)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rate, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(secantPairs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(secantPairs, form == LearnedForm.Direct ? int.MaxValue : 0);
        (Form, Coefficients, Rate, SecantPairs, _model) = (form, coefficients, rate, secantPairs, model);
    }

    /// <summary>The model that it was made from, to be saved by <see cref="ModelFile"/>.</summary>
    /// <exception cref="InvalidOperationException">It was made from parts; <see cref="ToModel"/> adds what they do not say.</exception>
    public Model Model => _model ?? throw new InvalidOperationException("the solver was made from parts, which do not say for which family and how it was trained: see ToModel");

    /// <summary>The form of the step.</summary>
    public LearnedForm Form { get; }

    /// <summary>The weights.</summary>
    public LearnedCoefficients Coefficients { get; }

    /// <summary>The part to which the residual must fall in a step.</summary>
    public double Rate { get; }

    /// <summary>How many secant pairs are kept; 0 for none.</summary>
    public int SecantPairs { get; }

    /// <summary>The learned steps alone, without safeguard and without mixing.</summary>
    public LearnedStep Steps => LearnedStep.Of(Form, Coefficients);

    /// <summary>What is run at a fixed budget: the learned steps, or the first of them and mixing.</summary>
    public IIteration<NonlinearSystem> Method => SecantPairs > 0 ? new LearnedAnderson(Coefficients, SecantPairs) : Steps;

    /// <summary>The names of the forms in a model and in an experiment, in the order of <see cref="LearnedForm"/>.</summary>
    public static IReadOnlyList<string> Forms => FormNames;

    /// <summary>Solves with the safeguard: learned steps while they keep the rate, then a classical method; see <see cref="SafeguardedSolver"/>.</summary>
    /// <param name="problem">The systems, with coordinates where the weights depend on them.</param>
    /// <param name="fallback">The classical method; null for <see cref="NewtonMethod"/>.</param>
    /// <param name="stop">When to stop.</param>
    /// <param name="options">Threads, chunks, observer.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    public Solution Solve(
        NonlinearSystem problem, IIteration<NonlinearSystem>? fallback = null, StoppingCriterion? stop = null, SolverOptions? options = null,
        CancellationToken cancellationToken = default) =>
        SafeguardedSolver.Solve(LearnedStep.Of(Form, Coefficients, Rate), fallback ?? new NewtonMethod(), problem, stop, options, cancellationToken);

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidInputException">The model is none of a nonlinear solver, or its parts do not fit.</exception>
    public static LearnedNonlinear Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireMethod(MethodName, PowerFlowName);
        Settings settings = model.MethodSettings;
        var form = (LearnedForm)Array.IndexOf(FormNames, settings.Choice("form", FormNames));
        try
        {
            return new LearnedNonlinear(
                form,
                new LearnedCoefficients(
                    settings.Integer("inner-evaluations", 1, 1000), settings.Integer("coordinates", 0, 100), settings.Integer("degree", 0, 100),
                    model.Parameters["coefficients"]),
                settings.Number("rate", 1e-12, 1),
                settings.Integer("secant-pairs", 0, 1000),
                model);
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(model.Family.Source, $"the parameters are no nonlinear solver: {e.Message}", e);
        }
    }

    /// <summary>The block of parameters that a model stores.</summary>
    public Parameters ToParameters()
    {
        var parameters = new Parameters(("coefficients", [Coefficients.Weights, Coefficients.BasisLength]));
        Coefficients.Values.CopyTo(parameters["coefficients"]);
        return parameters;
    }

    /// <summary>The model of this solver for a family.</summary>
    /// <param name="family">The section of the family.</param>
    /// <param name="of">The family.</param>
    /// <param name="training">How it was trained.</param>
    public Model ToModel(Settings family, NonlinearFamily of, TrainingRecord training)
    {
        ArgumentNullException.ThrowIfNull(of);
        var method = new Settings("model", "methodSettings");
        WriteTo(method);
        return new Model
        {
            Method = MethodName,
            Description = $"{Method.Name} for: {of.Description}",
            MethodSettings = method,
            Family = family,
            ValidRanges = NonlinearRanges.Of(of),
            Parameters = ToParameters(),
            Training = training,
        };
    }

    /// <summary>Writes the settings that <see cref="Of"/> reads.</summary>
    public void WriteTo(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Set("form", FormNames[(int)Form]);
        settings.Set("inner-evaluations", Coefficients.InnerEvaluations.ToString(CultureInfo.InvariantCulture));
        settings.Set("coordinates", Coefficients.Coordinates.ToString(CultureInfo.InvariantCulture));
        settings.Set("degree", Coefficients.Degree.ToString(CultureInfo.InvariantCulture));
        settings.Set("rate", Rate.ToString("R", CultureInfo.InvariantCulture));
        settings.Set("secant-pairs", SecantPairs.ToString(CultureInfo.InvariantCulture));
    }
}
