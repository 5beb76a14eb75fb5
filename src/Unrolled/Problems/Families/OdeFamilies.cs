using Unrolled.Differentiation;

namespace Unrolled.Problems.Families;

/// <summary>The families of initial value problems that an experiment can name, and the user's own equations.</summary>
/// <remarks>
/// <code>
/// family:
///   equations: |
///     dx = y
///     dy = mu*(1 - x^2)*y - x
///   parameters: { mu: uniform(1, 2) }
///   initial: { x: uniform(-2, 2), y: uniform(-2, 2) }
///   horizon: 10
/// </code>
/// or <c>family: { kind: van-der-pol }</c>, whose parameters, initial values and horizon can be overridden one by one.
/// </remarks>
public static class OdeFamilies
{
    private const string Own = "equations";

    private static readonly OdeFamilyText[] Entries =
    [
        new("linear", "y' = -a y, exponential decay", "dy = -a*y", "a: uniform(1, 5)", "y: uniform(-5, 5)", 1),
        new("square", "y' = -a y^2, where two stages reach order 3", "dy = -a*y^2", "a: uniform(0.1, 0.5)", "y: uniform(1, 3)", 1),
        new("van-der-pol", "van der Pol's oscillator around its limit cycle", OdeFamilyText.VanDerPol, "mu: uniform(1, 2)", "x: uniform(-2, 2); y: uniform(-2, 2)", 10),
        new("van-der-pol-box", "van der Pol's oscillator on the transient of the RK-NN paper", OdeFamilyText.VanDerPol, "mu: uniform(1, 2)", "x: uniform(-4, -3); y: uniform(0, 2)", 1),
        new("lotka-volterra", "predator and prey, four rates",
            "dx = a*x - b*x*y\ndy = c*x*y - d*y",
            "a: uniform(0.8, 1.2); b: uniform(0.8, 1.2); c: uniform(0.8, 1.2); d: uniform(0.8, 1.2)", "x: uniform(0.5, 1.5); y: uniform(0.5, 1.5)", 10),
        new("pendulum", "the pendulum with any amplitude", "dx = v\ndv = -w2*sin(x)", "w2: uniform(0.8, 1.2)", "x: uniform(-2, 2); v: uniform(-1, 1)", 10),
        new("fitzhugh-nagumo", "the FitzHugh-Nagumo neuron",
            "dv = v - v^3/3 - w + current\ndw = (v + a - b*w)/tau",
            "current: uniform(0.4, 0.6); a: 0.7; b: 0.8; tau: 12.5", "v: uniform(-2, 2); w: uniform(-0.5, 1.5)", 10),
        new("rigid-body", "Euler's equations of a free rigid body with three moments of inertia",
            "dx = (i2 - i3)/i1*y*z\ndy = (i3 - i1)/i2*z*x\ndz = (i1 - i2)/i3*x*y",
            "i1: uniform(0.45, 0.55); i2: uniform(1.8, 2.2); i3: uniform(2.7, 3.3)", "x: uniform(0.5, 1); y: uniform(-0.5, 0.5); z: uniform(0.5, 1)", 10),
        new("brusselator", "the Brusselator on the box of the RK-NN paper",
            "dx = 1 - (b + 1)*x + x^2*y\ndy = b*x - x^2*y", "b: uniform(0.5, 2)", "x: uniform(1.5, 3); y: uniform(2, 3)", 5),
        new("lorenz", "Lorenz's system over a horizon shorter than its chaos",
            "dx = sigma*(y - x)\ndy = x*(rho - z) - y\ndz = x*y - beta*z",
            "sigma: 10; rho: uniform(26, 30); beta: 8/3", "x: uniform(-10, 10); y: uniform(-10, 10); z: uniform(15, 35)", 1),
        new("kepler", "two bodies, from apoapsis",
            "r = sqrt(x^2 + y^2)\ndx = u\ndy = v\ndu = -m*x/r^3\ndv = -m*y/r^3",
            "m: uniform(0.9, 1.1)", "x: uniform(0.8, 1); y: 0; u: 0; v: uniform(0.8, 0.95)", 10),
    ];

    /// <summary>Every kind with one line about it, in the order of a list to show; the user's own equations first.</summary>
    public static IReadOnlyList<(string Kind, string Summary)> All { get; } =
        [(Own, "your own equations as text"), .. Entries.Select(e => (e.Kind, e.Summary))];

    /// <summary>The built-in family of a name, with its own distributions and horizon.</summary>
    /// <exception cref="InvalidInputException">There is no such family.</exception>
    public static OdeFamily Create(string kind)
    {
        var settings = new Settings("family", "family");
        settings.Set("kind", kind);
        return Create(settings);
    }

    /// <summary>The family of the user's own equations.</summary>
    /// <param name="equations">One equation a line: <c>dx = v</c>, <c>dv = -k*x</c>; further lines may name what they share.</param>
    /// <param name="parameters">A distribution for every parameter: <c>k: uniform(1, 2); m: 3</c>; empty for none.</param>
    /// <param name="initial">A distribution for every state: <c>x: uniform(-1, 1); v: 0</c>.</param>
    /// <param name="horizon">How long trajectories are.</param>
    /// <exception cref="InvalidInputException">An equation or a distribution is not understood, or the horizon is out of range.</exception>
    public static OdeFamily FromEquations(string equations, string parameters, string initial, double horizon)
    {
        ArgumentNullException.ThrowIfNull(equations);
        var settings = new Settings("equations", "family");
        settings.Set("equations", equations);
        DistributionSection.Write(settings, "parameters", parameters);
        DistributionSection.Write(settings, "initial", initial);
        settings.Number("horizon", 1e-6, 1e6, horizon);
        return Create(settings);
    }

    /// <summary>
    /// Creates the family that the key <c>kind</c> names, or that of the key <c>equations</c>. Values that were left out
    /// become part of the section.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// A key is unknown or missing, an equation or a distribution is not understood, or a value is out of range.
    /// </exception>
    public static OdeFamily Create(Settings family)
    {
        ArgumentNullException.ThrowIfNull(family);
        string kind = family.Choice("kind", [Own, .. Entries.Select(e => e.Kind)], family.Has("equations") ? Own : null);
        OdeFamilyText? known = Entries.FirstOrDefault(e => e.Kind == kind);
        if (known is not null && family.Has("equations"))
        {
            throw family.Fault("equations", $"unknown key '{family.Path}.equations'; '{kind}' has equations of its own");
        }

        string equations = known?.Equations ?? family.Text("equations");
        var parameters = DistributionSection.Read(family, "parameters", known?.Parameters ?? string.Empty);
        var initial = DistributionSection.Read(family, "initial", known?.Initial ?? string.Empty);
        Function f;
        try
        {
            f = Function.ParseEquations(equations, parameters.Names);
        }
        catch (EquationException fault) when (known is null)
        {
            throw family.Fault("equations", $"'{family.Path}.equations' {fault.Message}");
        }

        double horizon = family.Number("horizon", 1e-6, 1e6, known?.Horizon);
        var created = new OdeFamily(known?.Kind ?? "own equations", f, parameters.For(f.Inputs[1]), initial.For(f.Inputs[0]), horizon) { Settings = family };
        family.RequireAllKnown();
        return created;
    }
}
