using Unrolled.Krylov;
using Unrolled.Problems;

namespace Unrolled.Deployment.Linear;

/// <summary>Learned linear solvers as a model stores them: one method per number of evaluations, and the operators that they were learned for.</summary>
/// <remarks>
/// Blocks of a model: the weights of one <see cref="LearnedKrylov"/> each. Settings: <c>preconditioner</c> of the method, <c>scaling</c> of the
/// family. The range <see cref="Spectrum"/> holds the eigenvalues of symmetric operators. Immutable.
/// </remarks>
public sealed class LearnedLinear
{
    /// <summary>The name of the method in a model and an experiment.</summary>
    public const string MethodName = "krylov";

    /// <summary>The name of the range of eigenvalues in a model.</summary>
    public const string Spectrum = "eigenvalues";

    private LearnedLinear(Model model, LearnedKrylov[] methods)
    {
        (Model, Methods) = (model, methods);
        Eigenvalues = model.ValidRanges.Any(r => r.Name == Spectrum) ? model.ValidRanges.First(r => r.Name == Spectrum) : null;
        Preconditioner = model.MethodSettings.Has("preconditioner") ? model.MethodSettings.Text("preconditioner") : "none";
        Scaling = model.Family.Has("scaling") ? model.Family.Text("scaling") : "none";
    }

    /// <summary>The model that they were made from, to be saved by <see cref="ModelFile"/>.</summary>
    public Model Model { get; }

    /// <summary>What was learned for which systems.</summary>
    public string Description => Model.Description;

    /// <summary>The methods, those with the fewest evaluations first.</summary>
    public IReadOnlyList<LearnedKrylov> Methods { get; }

    /// <summary>The method with the most evaluations, whose single step goes furthest.</summary>
    public LearnedKrylov Method => Methods[^1];

    /// <summary>The interval that held the training spectra, for symmetric operators.</summary>
    public ValidRange? Eigenvalues { get; }

    /// <summary>The classical preconditioner that the methods were learned with; <c>none</c> for none.</summary>
    public string Preconditioner { get; }

    /// <summary>How matrices were scaled in training; <c>none</c> where the family's operators are used as they are.</summary>
    public string Scaling { get; }

    /// <summary>Reads a model. Files that its family names need not be there.</summary>
    /// <exception cref="InvalidInputException">The model has no parameters, or they are no methods.</exception>
    public static LearnedLinear Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.RequireMethod(MethodName);
        var methods = new List<LearnedKrylov>();
        foreach (ParameterBlock block in model.Parameters.Blocks)
        {
            try
            {
                methods.Add(new LearnedKrylov(model.Parameters[block.Name]));
            }
            catch (ArgumentException e)
            {
                throw new InvalidInputException(model.Family.Source, $"the parameters '{block.Name}' are no method: {e.Message}", e);
            }
        }

        return methods.Count > 0
            ? new LearnedLinear(model, [.. methods.OrderBy(m => m.InnerEvaluations)])
            : throw new InvalidInputException(model.Family.Source, "the model has no parameters; expected at least one block of weights");
    }

    /// <summary>The model of methods for one family; of several with the same number of evaluations the last.</summary>
    /// <param name="methods">The methods.</param>
    /// <param name="spectrum">The interval that held the training spectra, for symmetric operators.</param>
    /// <param name="settings">The section of the method, with its <c>preconditioner</c> where there was one.</param>
    /// <param name="family">The section of the family.</param>
    /// <param name="description">What the family is.</param>
    /// <param name="training">How they were trained.</param>
    public static Model ToModel(
        IEnumerable<LearnedKrylov> methods, (double Low, double High)? spectrum, Settings settings, Settings family, string description, TrainingRecord training)
    {
        LearnedKrylov[] distinct = [.. methods.GroupBy(m => m.InnerEvaluations).Select(g => g.Last()).OrderBy(m => m.InnerEvaluations)];
        var parameters = new Parameters([.. distinct.Select(m => ($"weights-{m.InnerEvaluations}", new[] { m.Weights.Length }))]);
        foreach (LearnedKrylov method in distinct)
        {
            method.Weights.CopyTo(parameters[$"weights-{method.InnerEvaluations}"]);
        }

        return new Model
        {
            Method = MethodName,
            Description = $"{string.Join(", ", distinct.Select(m => m.Name))} for: {description}",
            MethodSettings = settings,
            Family = family,
            ValidRanges = spectrum is (double low, double high) ? [new ValidRange(Spectrum, low, high)] : [],
            Parameters = parameters,
            Training = training,
        };
    }

    /// <summary>
    /// The factor by which a step of a method shrinks residuals on <see cref="Eigenvalues"/>, proved from its weights and not read from a certificate;
    /// null where it may not shrink them, or no interval is known.
    /// </summary>
    public double? Contraction(LearnedKrylov method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Eigenvalues is ValidRange spectrum && ContractionBound.Of(method, spectrum.Low, spectrum.High) is < 1 and double bound ? bound : null;
    }
}
