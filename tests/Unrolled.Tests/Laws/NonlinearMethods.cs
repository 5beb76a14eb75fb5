using Unrolled.Newton;
using Unrolled.Newton.PowerFlow;
using Unrolled.Problems;

namespace Unrolled.Tests.Laws;

/// <summary>All methods for nonlinear systems, found by reflection, and how to construct those that need arguments.</summary>
internal static class NonlinearMethods
{
    private static readonly string[] Contractive = ["chandrasekhar", "bratu-1d", "bratu-2d", "linear", "one-unknown"];

    /// <summary>Per type: its construction, the vectors that its documentation states without and with a preconditioner for n = 100, and the systems of the gallery it solves.</summary>
    private static readonly Dictionary<Type, NonlinearMethodUnderLaw> Known = new()
    {
        [typeof(NewtonMethod)] = new(() => new NewtonMethod(), 9, 9, [.. NonlinearGallery.Solvable]),
        [typeof(NewtonKrylov)] = new(() => new NewtonKrylov(20), 26, 26, [.. NonlinearGallery.Solvable.Except(["singular-at-start"])]),
        [typeof(NewtonBiCgStab)] = new(() => new NewtonBiCgStab(20), 10, 10, [.. NonlinearGallery.Solvable.Except(["singular-at-start"])]),
        [typeof(Anderson)] = new(() => new Anderson(2), 12, 12, [.. Contractive, "burgers"]),
        [typeof(Broyden)] = new(() => new Broyden(20), 22, 22, [.. Contractive, "burgers"]),
        [typeof(FixedPointIteration)] = new(() => new FixedPointIteration(), 1, 2, Contractive),
        [typeof(LearnedSolver)] = new(() => new LearnedSolver(Damped), 7, 7, Contractive),
        [typeof(LearnedNewtonKrylov)] = new(() => new LearnedNewtonKrylov(Damped), 7, 7, Contractive),
        [typeof(LearnedAnderson)] = new(() => new LearnedAnderson(Damped, 3), 22, 22, Contractive),
    };

    /// <summary>Three damped steps of the fixed-point iteration in one.</summary>
    public static LearnedCoefficients Damped => new(-0.9, -0.9, -0.8, -0.9, -0.8, -0.85);

    /// <summary>Methods for power flow alone cannot run on the gallery; the tests of outages hold them to the same.</summary>
    public static IEnumerable<Type> Types => typeof(IIteration<>).Assembly.GetTypes()
        .Where(t => t.Namespace != typeof(FastDecoupled).Namespace)
        .Where(t => t is { IsAbstract: false, IsInterface: false } && typeof(IIteration<NonlinearSystem>).IsAssignableFrom(t))
        .OrderBy(t => t.Name, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Types.Select(t => t.Name)];

    public static TheoryData<string, string> OnTheirSystems => Pairs((m, name) => m.Solves.Contains(name));

    public static TheoryData<string, string> OnAllSystems => Pairs((_, _) => true);

    public static NonlinearMethodUnderLaw Named(string name)
    {
        Type type = Types.Single(t => t.Name == name);
        return Known.TryGetValue(type, out NonlinearMethodUnderLaw? method)
            ? method
            : throw new InvalidOperationException($"{name} is new: say in {nameof(NonlinearMethods)} how to construct it and what it solves");
    }

    public static IIteration<NonlinearSystem> Create(string name) => Named(name).Create();

    private static TheoryData<string, string> Pairs(Func<NonlinearMethodUnderLaw, string, bool> wanted)
    {
        var pairs = new TheoryData<string, string>();
        foreach (Type type in Types)
        {
            foreach (string system in NonlinearGallery.Names)
            {
                if (!Known.TryGetValue(type, out NonlinearMethodUnderLaw? method) || wanted(method, system))
                {
                    pairs.Add(type.Name, system);
                }
            }
        }

        return pairs;
    }
}

/// <summary>A method as the laws see it.</summary>
/// <param name="Create">Constructs it.</param>
/// <param name="Vectors">The documented number of vectors for n = 100.</param>
/// <param name="PreconditionedVectors">The same with a preconditioner.</param>
/// <param name="Solves">The systems of the gallery that it solves.</param>
internal sealed record NonlinearMethodUnderLaw(Func<IIteration<NonlinearSystem>> Create, int Vectors, int PreconditionedVectors, string[] Solves);
