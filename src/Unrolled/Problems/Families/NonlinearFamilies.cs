using System.Globalization;
using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Problems.Families;

/// <summary>The families of nonlinear systems that an experiment can name, and the user's own equations.</summary>
/// <remarks>
/// <code>
/// family:
///   equations: |
///     0 = x^2 + y^2 - r
///     0 = x - y
///   parameters: { r: uniform(1, 2) }
///   initial: { x: uniform(0.5, 1.5), y: uniform(0.5, 1.5) }
/// </code>
/// where <c>initial</c> names the unknowns, or <c>family: { kind: chandrasekhar }</c>, whose size, parameters and start can be overridden one
/// by one.
/// </remarks>
public static class NonlinearFamilies
{
    private const string Own = "equations";

    // Two stirred reactors in series with an exothermic reaction of first order (conversion x, temperature T, both dimensionless):
    // A. Uppal, W. H. Ray, A. B. Poore, Chem. Eng. Sci. 29 (1974) 967-985, doi:10.1016/0009-2509(74)80089-8.
    private const string Reactors = """
        r1 = da*(1 - x1)*exp(T1/(1 + T1/gamma))
        r2 = da*(1 - x2)*exp(T2/(1 + T2/gamma))
        0 = x1 - r1
        0 = T1 - b*r1 + beta*T1
        0 = x2 - x1 - r2
        0 = T2 - T1 - b*r2 + beta*T2
        """;

    private static readonly NonlinearFamilyKind[] Entries =
    [
        new("chandrasekhar", "Chandrasekhar's H-equation, the example of the R2N2 paper", "c: 0.875", Invariant($"H: normal(1, {Math.Sqrt(0.2):R})"),
            ("m", 1, 2000, 10), Chandrasekhar),
        new("bratu-1d", "-u'' = lambda e^u on an interval, with the inverse of its linear part as preconditioner", "lambda: uniform(0.5, 3)", "u: 0",
            ("grid", 1, 10_000, 31), m => NonlinearEquations.Of(GridEquations.Bratu(1, m), GridEquations.Poisson(1, m))),
        new("bratu-2d", "-(u_xx + u_yy) = lambda e^u on a square, with the inverse of its linear part as preconditioner", "lambda: uniform(0.5, 6)", "u: 0",
            ("grid", 1, 100, 15), m => NonlinearEquations.Of(GridEquations.Bratu(2, m), GridEquations.Poisson(2, m))),
        new("burgers", "the steady state of Burgers' equation between 1 and -1, with the inverse of its linear part as preconditioner", "nu: uniform(0.1, 0.4)", "u: 0",
            ("grid", 1, 10_000, 50), m => NonlinearEquations.Of(GridEquations.Burgers(m), GridEquations.Poisson(1, m))),
        new("reactor", "two stirred reactors in series with an exothermic reaction",
            "da: uniform(0.04, 0.08); b: uniform(4, 6); beta: uniform(0.5, 1); gamma: 20",
            "x1: uniform(0, 0.2); T1: uniform(0, 0.5); x2: uniform(0, 0.3); T2: uniform(0, 0.7)",
            null, _ => NonlinearEquations.Of(Function.ParseResidual(Reactors, ["x1", "T1", "x2", "T2"], ["da", "b", "beta", "gamma"]))),
    ];

    /// <summary>Every kind with one line about it, in the order of a list to show; the user's own equations first.</summary>
    public static IReadOnlyList<(string Kind, string Summary)> All { get; } =
        [(Own, "your own equations 0 = ... as text"), .. Entries.Select(e => (e.Kind, e.Summary))];

    /// <summary>The built-in family of a name, with its own size and distributions.</summary>
    /// <exception cref="InvalidInputException">There is no such family.</exception>
    public static NonlinearFamily Create(string kind)
    {
        var settings = new Settings("family");
        settings.Set("kind", kind);
        return Create(settings);
    }

    /// <summary>The family of the user's own equations.</summary>
    /// <param name="equations">One equation <c>0 = x^2 + y^2 - r</c> a line for every unknown; further lines may name what they share.</param>
    /// <param name="parameters">A distribution for every parameter: <c>r: uniform(1, 2)</c>; empty for none.</param>
    /// <param name="initial">The unknowns, each with a distribution of its start: <c>x: uniform(0.5, 1.5); y: 1</c>.</param>
    /// <exception cref="InvalidInputException">An equation or a distribution is not understood, or there are not as many equations as unknowns.</exception>
    public static NonlinearFamily FromEquations(string equations, string parameters, string initial)
    {
        ArgumentNullException.ThrowIfNull(equations);
        var settings = new Settings("equations", "family");
        settings.Set("equations", equations);
        DistributionSection.Write(settings, "parameters", parameters);
        DistributionSection.Write(settings, "initial", initial);
        return Create(settings);
    }

    /// <summary>
    /// Creates the family that the key <c>kind</c> names, or that of the key <c>equations</c>. Values that were left out
    /// become part of the section.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// A key is unknown or missing, an equation or a distribution is not understood, there are not as many equations as unknowns, or a value is
    /// out of range.
    /// </exception>
    public static NonlinearFamily Create(Settings family)
    {
        ArgumentNullException.ThrowIfNull(family);
        FamilySettings.RequireDrawable(family);
        string kind = family.Choice("kind", [Own, .. Entries.Select(e => e.Kind)], family.Has("equations") ? Own : null);
        NonlinearFamilyKind? known = Entries.FirstOrDefault(e => e.Kind == kind);
        if (known is not null && family.Has("equations"))
        {
            throw family.Fault("equations", $"unknown key '{family.Path}.equations'; '{kind}' has equations of its own");
        }

        var parameters = DistributionSection.Read(family, "parameters", known?.Parameters ?? string.Empty);
        var initial = DistributionSection.Read(family, "initial", known?.Initial ?? string.Empty);
        NonlinearEquations f = known is null
            ? NonlinearEquations.Of(ReadOwn(family, parameters, initial))
            : known.Equations(known.Size is { } size ? family.Integer(size.Key, size.Least, size.Most, size.Default) : 0);
        IReadOnlyList<Distribution> p = parameters.For(f.ParameterNames), start = initial.For(f.Unknowns);
        string name = known?.Kind ?? "own equations";
        NonlinearFamily created = f.Function is not null
            ? new(name, f.Function, p, start, f.Preconditioner) { Settings = family }
            : new(name, f.Operator!, f.Unknowns, f.ParameterNames, p, start, f.Preconditioner) { Settings = family };
        family.RequireAllKnown();
        return created;
    }

    private static Function ReadOwn(Settings family, DistributionSection parameters, DistributionSection initial)
    {
        string text = family.Text("equations");
        string[] unknowns = [.. initial.Names];
        if (unknowns.Length == 0)
        {
            throw family.Fault("initial", $"'{family.Path}.initial' is empty; it names the unknowns, each with a distribution of its start: {{ x: uniform(0, 1) }}");
        }

        Function f;
        try
        {
            f = Function.ParseResidual(text, unknowns, parameters.Names);
        }
        catch (EquationException fault)
        {
            throw family.Fault("equations", $"'{family.Path}.equations' {fault.Message}");
        }
        catch (ArgumentException fault)
        {
            throw family.Fault("initial", $"the names in '{family.Path}.initial' and '{family.Path}.parameters' do not fit: {fault.Message}");
        }

        int equations = f.Outputs[0].Length, count = f.Inputs[0].Length;
        return equations == count
            ? f
            : throw family.Fault("equations", string.Create(CultureInfo.InvariantCulture,
                $"'{family.Path}.equations' has {equations} equation{(equations == 1 ? string.Empty : "s")} 0 = ..., "
                + $"'{family.Path}.initial' names {count} unknown{(count == 1 ? string.Empty : "s")}: {string.Join(", ", f.Inputs[0].Components.Take(8))}"));
    }

    private static NonlinearEquations Chandrasekhar(int m)
    {
        var prototype = new ChandrasekharOperator(m, Batch.Zeros(1, 1));
        return new(FunctionVector.Numbered("H", m), new FunctionVector("p", ["c"]), prototype.With, null, null);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
