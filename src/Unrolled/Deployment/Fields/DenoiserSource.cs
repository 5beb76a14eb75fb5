using Unrolled.Deployment.Sources;

namespace Unrolled.Deployment.Fields;

/// <summary>
/// Writes a learned denoiser as source code that needs nothing else: all numbers, the operations of its network, and a function that denoises a signal or
/// image of any size at a noise level.
/// </summary>
/// <remarks>
/// The code computes in double precision what <see cref="LearnedDenoiser.At{T}"/> computes, and scales values with noise outside the range of training to
/// the nearest level and back as <see cref="DenoisingFilter"/> does. Sums run in another order than in the library: results agree to a few units in the last
/// place of the largest value. <see cref="OnnxDenoiserModel"/> is the same network in single precision.
/// </remarks>
public abstract class DenoiserSource
{
    /// <summary>C99 with math.h and no allocation.</summary>
    public static DenoiserSource C { get; } = new CDenoiserSource();

    /// <summary>C#, one static class without dependencies.</summary>
    public static DenoiserSource CSharp { get; } = new CSharpDenoiserSource();

    /// <summary>Python 3 with NumPy.</summary>
    public static DenoiserSource Python { get; } = new PythonDenoiserSource();

    /// <summary>The operations and their numbers as JSON.</summary>
    public static DenoiserSource Json { get; } = new JsonDenoiserSource();

    /// <summary>The text of the file.</summary>
    /// <param name="denoiser">What to write.</param>
    /// <param name="description">What it is, for the head of the file.</param>
    /// <param name="name">The name that identifiers begin with; other characters than letters and digits become underscores.</param>
    /// <exception cref="ArgumentException">The network has another boundary than the reflecting one.</exception>
    public string Write(LearnedDenoiser denoiser, string description, string name)
    {
        ArgumentNullException.ThrowIfNull(description);
        return Write(FieldProgram.Of(denoiser), description, SourceText.Identifier(name)).ReplaceLineEndings("\n");
    }

    private protected abstract string Write(FieldProgram program, string description, string name);
}
