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
    /// <summary>The name of the range of eigenvalues in a model.</summary>
    public const string Spectrum = "eigenvalues";

    private readonly IReadOnlyList<Certificate> _certificates;

    private LearnedLinear(Model model, LearnedKrylov[] methods)
    {
        (Description, Methods, _certificates) = (model.Description, methods, model.Certificates);
        Eigenvalues = model.ValidRanges.Any(r => r.Name == Spectrum) ? model.ValidRanges.First(r => r.Name == Spectrum) : null;
        Preconditioner = model.MethodSettings.Text("preconditioner", "none");
        Scaling = model.Family.Text("scaling", "none");
    }

    /// <summary>What was learned for which systems.</summary>
    public string Description { get; }

    /// <summary>The methods, those with the fewest evaluations first.</summary>
    public IReadOnlyList<LearnedKrylov> Methods { get; }

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

    /// <summary>The factor by which a step of a method is certified to shrink residuals on <see cref="Eigenvalues"/>; null without a certificate that holds.</summary>
    public double? Contraction(LearnedKrylov method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return _certificates.Where(c => c.Holds && c.Claim.StartsWith($"{method.Name}:", StringComparison.Ordinal)).Select(c => (double?)c.Value).FirstOrDefault();
    }
}
