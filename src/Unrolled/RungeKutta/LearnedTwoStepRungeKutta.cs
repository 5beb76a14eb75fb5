using Unrolled.Differentiation;

namespace Unrolled.RungeKutta;

/// <summary>
/// A Runge-Kutta method with memory (a general linear method), all of whose coefficients are learned: every point uses the stages of
/// this step and the last <c>m</c> stages of the step before. As many evaluations a step as its stages, the first step included, which
/// is a one-step method with a tableau of its own. Outside the interval of steps that was learned it is its parent.
/// </summary>
/// <remarks>
/// The formula and the layout of the coefficients are those of <see cref="StepFunctions.TwoStepRungeKutta"/>. With zeros for all
/// weights of old stages it is the Runge-Kutta method with the first triangle. Reference: J. C. Butcher, Numerical Methods for Ordinary
/// Differential Equations, chapter 5, doi:10.1002/9781119121534. Immutable.
/// </remarks>
public sealed class LearnedTwoStepRungeKutta
{
    private readonly double[] _parameters;

    /// <summary>A method from its coefficients.</summary>
    /// <param name="parent">The classical method that replaces it outside <paramref name="validSteps"/>.</param>
    /// <param name="stages">The number of stages s.</param>
    /// <param name="memory">The number of remembered stages m.</param>
    /// <param name="parameters">(a, b), u and v, and the tableau of the first step: <c>s(s+1) + s m</c> numbers.</param>
    /// <param name="validSteps">The step sizes for which the method is used.</param>
    /// <exception cref="ArgumentException">The number of coefficients differs, or weights do not sum to 1.</exception>
    public LearnedTwoStepRungeKutta(ButcherTableau parent, int stages, int memory, ReadOnlySpan<double> parameters, ValidInterval validSteps)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stages);
        ArgumentOutOfRangeException.ThrowIfNegative(memory);
        int triangle = PackedTriangle.Length(stages);
        if (memory > stages || parameters.Length != (2 * triangle) + (stages * memory))
        {
            throw new ArgumentException($"{parameters.Length} coefficients were given, {stages} stages with {memory} remembered ones need {(2 * triangle) + (stages * memory)}", nameof(parameters));
        }

        (Parent, Stages, Memory, ValidSteps) = (parent, stages, memory, validSteps);
        _parameters = parameters.ToArray();
        int v = triangle + ((stages - 1) * memory);
        ButcherTableau.RequireSum([.. parameters[(triangle - stages)..triangle], .. parameters[v..(v + memory)]], 1, "the weights b and v");
        FirstStep = new ButcherTableau("first step", 1, parameters[^triangle..]);
    }

    /// <summary>The name that tables and model files show.</summary>
    public string Name => $"learned two-step {Stages}+{Memory}";

    /// <summary>The classical method that replaces it outside <see cref="ValidSteps"/>.</summary>
    public ButcherTableau Parent { get; }

    /// <summary>The number of stages s, the evaluations of every step.</summary>
    public int Stages { get; }

    /// <summary>The number of remembered stages m.</summary>
    public int Memory { get; }

    /// <summary>(a, b), u and v, and the tableau of the first step.</summary>
    public ReadOnlySpan<double> Parameters => _parameters;

    /// <summary>The method of the first step.</summary>
    public ButcherTableau FirstStep { get; }

    /// <summary>The step sizes for which the method is used.</summary>
    public ValidInterval ValidSteps { get; }

    /// <summary>Whether a step size lies in the interval that was learned; if not, run the parent.</summary>
    public bool Covers(double h) => ValidSteps.Contains(h);

    /// <summary>The step and the first step for a right-hand side; coefficients are the input <c>theta</c>.</summary>
    public (Function Step, Function FirstStep) For(Function f) =>
        (StepFunctions.TwoStepRungeKutta(f, Stages, Memory), StepFunctions.TwoStepRungeKuttaStart(f, Stages, Memory));
}
