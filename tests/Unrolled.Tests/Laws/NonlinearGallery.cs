using Unrolled.Differentiation;
using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;

namespace Unrolled.Tests.Laws;

/// <summary>Named nonlinear systems: easy, hard and impossible.</summary>
internal static class NonlinearGallery
{
    private static readonly Dictionary<string, Func<NonlinearSystem>> Entries = new()
    {
        ["chandrasekhar"] = () => Family("chandrasekhar", 1),
        ["bratu-1d"] = () => Family("bratu-1d", 1),
        ["bratu-2d"] = () => Family("bratu-2d", 1, "grid", "9"),
        ["burgers"] = () => Family("burgers", 1),
        ["reactor"] = () => Family("reactor", 1),
        ["linear"] = () => Equations("0 = 1.1*x + 0.2*y - 1\n0 = 0.9*y - 0.1*x + 0.05*z\n0 = z + 0.1*x - 3", "x,y,z", 0, 0, 0),
        ["one-unknown"] = () => Equations("0 = x - cos(x)", "x", 1),
        ["rosenbrock"] = () => Equations("0 = 10*(y - x^2)\n0 = 1 - x", "x,y", -1.2, 1),
        ["powell-singular"] = () => Equations("0 = a + 10*b\n0 = sqrt(5)*(c - d)\n0 = (b - 2*c)^2\n0 = sqrt(10)*(a - d)^2", "a,b,c,d", 3, -1, 0, 1),
        ["singular-at-start"] = () => Equations("0 = x^2 - y\n0 = x - y", "x,y", 0.5, 3),
        ["no-root"] = () => Equations("0 = x^2 + 1", "x", 0.7),
        ["stationary-start"] = () => Equations("0 = x^2 + y^2 + 1\n0 = y", "x,y", 0, 0),
        ["undefined-beyond"] = () => Equations("0 = log(x) + 3", "x", 2),
    };

    /// <summary>Systems with a root that Newton's method reaches.</summary>
    public static IReadOnlyList<string> Solvable { get; } =
        ["chandrasekhar", "bratu-1d", "bratu-2d", "burgers", "reactor", "linear", "one-unknown", "rosenbrock", "powell-singular", "singular-at-start"];

    /// <summary>All systems.</summary>
    public static IEnumerable<string> Names => Entries.Keys;

    public static NonlinearSystem Named(string name) => Entries[name]();

    /// <summary>One system from its equations.</summary>
    public static NonlinearSystem Equations(string text, string unknowns, params double[] start) =>
        new(new FunctionOperator(Function.ParseResidual(text, unknowns.Split(','), []), Batch.Zeros(0, 1)), start);

    public static NonlinearFamily FamilyOf(string kind, params string[] keys)
    {
        var settings = new Settings("test", "family");
        settings.Set("kind", kind);
        for (int i = 0; i < keys.Length; i += 2)
        {
            settings.Set(keys[i], keys[i + 1]);
        }

        return NonlinearFamilies.Create(settings);
    }

    /// <summary>The H-equation with a range of albedos.</summary>
    public static NonlinearFamily WideChandrasekhar()
    {
        var settings = new Settings("test", "family");
        settings.Set("kind", "chandrasekhar");
        var parameters = new Settings("test", "family.parameters");
        parameters.Set("c", "uniform(0.5, 0.95)");
        settings.Set("parameters", new Setting { Section = parameters });
        return NonlinearFamilies.Create(settings);
    }

    private static NonlinearSystem Family(string kind, int instances, params string[] keys) => FamilyOf(kind, keys).Draw(instances, new RandomStream(3));
}
