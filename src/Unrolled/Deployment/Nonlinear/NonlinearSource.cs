using Unrolled.Problems;
using static Unrolled.Deployment.Sources.SourceText;

namespace Unrolled.Deployment.Nonlinear;

/// <summary>
/// Writes a learned nonlinear solver as source code that needs nothing else: the equations, their preconditioner, the weights, and a
/// function that takes learned steps while they keep their rate and says how it ended. Equations that are no text stay the caller's.
/// </summary>
/// <remarks>
/// The code repeats the rounding of <see cref="Newton.LearnedStep"/> in <see cref="Solver"/>: combinations are chains of fused operations, norms run
/// in eight lanes. Where the equations have only + - * / and square roots, C and C# have the library's bits; exp, sin and the like
/// are those of the language. NumPy has no fused operation, so Python differs in the last places. Newton's method, which the
/// safeguarded solver goes on with, is not part of the file. A file holds more than a <see cref="LearnedNonlinear"/> knows, the equations and the
/// ranges of their parameters: it is written from the model.
/// </remarks>
public abstract class NonlinearSource
{
    /// <summary>C99 with math.h; no allocation.</summary>
    public static NonlinearSource C { get; } = new CNonlinearSource();

    /// <summary>C#, one static class without dependencies, reflection or allocation.</summary>
    public static NonlinearSource CSharp { get; } = new CSharpNonlinearSource();

    /// <summary>Python 3 with NumPy.</summary>
    public static NonlinearSource Python { get; } = new PythonNonlinearSource();

    /// <summary>The weights as JSON, with what they mean.</summary>
    public static NonlinearSource Json { get; } = new JsonNonlinearSource();

    /// <summary>The text of the file.</summary>
    /// <param name="model">The model to write.</param>
    /// <param name="name">The name that identifiers begin with; other characters than letters and digits become underscores.</param>
    /// <exception cref="InvalidInputException">The model is none of a nonlinear solver, or its parts do not fit.</exception>
    public string Write(Model model, string name) => WriteNamed(NonlinearParts.Of(model), Identifier(name)).ReplaceLineEndings("\n");

    private protected abstract string WriteNamed(NonlinearParts parts, string name);
}
