using Unrolled.Krylov;
using Unrolled.Problems;

namespace Unrolled.Tests.Laws;

/// <summary>All methods for linear systems, found by reflection, and how to construct those that need arguments.</summary>
internal static class LinearMethods
{
    /// <summary>
    /// Per type: what it needs, the vectors that its documentation states without and with a preconditioner for n = 1000,
    /// and a construction from the spectral interval.
    /// </summary>
    private static readonly Dictionary<Type, MethodUnderLaw> Known = new()
    {
        [typeof(ConjugateGradient)] = new(SystemClass.PositiveDefinite, 3, 4, (_, _) => new ConjugateGradient()),
        [typeof(Minres)] = new(SystemClass.Symmetric, 5, 8, (_, _) => new Minres()),
        [typeof(Gmres)] = new(SystemClass.General, 22, 23, (_, _) => new Gmres(20)),
        [typeof(FlexibleGmres)] = new(SystemClass.General, 22, 42, (_, _) => new FlexibleGmres(20)),
        [typeof(BiCgStab)] = new(SystemClass.General, 5, 6, (_, _) => new BiCgStab()),
        [typeof(Chebyshev)] = new(SystemClass.PositiveDefinite, 2, 3, (l, u) => new Chebyshev(l, u)),
        [typeof(Richardson)] = new(SystemClass.PositiveDefinite, 1, 2, (l, u) => new Richardson(Chebyshev.Steps(l, u, 12))),
        [typeof(LearnedKrylov)] = new(SystemClass.PositiveDefinite, 3, 4, (l, u) => LearnedKrylov.FromSteps(Chebyshev.Steps(l, u, 4))),
    };

    public static IEnumerable<Type> Types => typeof(IIteration<>).Assembly.GetTypes()
        .Where(t => t is { IsAbstract: false, IsInterface: false } && typeof(IIteration<LinearSystem>).IsAssignableFrom(t))
        .OrderBy(t => t.Name, StringComparer.Ordinal);

    /// <summary>The names of all methods, for theories.</summary>
    public static TheoryData<string> Names => [.. Types.Select(t => t.Name)];

    /// <summary>Every method with every system of the gallery that it is for.</summary>
    public static TheoryData<string, string> OnTheirSystems => Pairs(suited: true);

    /// <summary>Every method with every system of the gallery.</summary>
    public static TheoryData<string, string> OnAllSystems => Pairs(suited: false);

    public static MethodUnderLaw Named(string name)
    {
        Type type = Types.Single(t => t.Name == name);
        return Known.TryGetValue(type, out MethodUnderLaw? method)
            ? method
            : throw new InvalidOperationException($"{name} is new: say in {nameof(LinearMethods)} what it needs and how to construct it");
    }

    /// <summary>The method for a system; where the spectrum is not positive, for an interval that has to do instead.</summary>
    public static IIteration<LinearSystem> For(string name, NamedSystem system) => system.Smallest > 0
        ? Named(name).Create(system.Smallest, system.Largest)
        : Named(name).Create(system.Largest / 4, system.Largest);

    private static TheoryData<string, string> Pairs(bool suited)
    {
        var pairs = new TheoryData<string, string>();
        foreach (Type type in Types)
        {
            foreach (NamedSystem system in Gallery.Solvable)
            {
                if (!suited || !Known.TryGetValue(type, out MethodUnderLaw? method) || system.Class <= method.Needs)
                {
                    pairs.Add(type.Name, system.Name);
                }
            }
        }

        return pairs;
    }
}

/// <summary>A method as the laws see it.</summary>
/// <param name="Needs">The most general systems it is for.</param>
/// <param name="Vectors">The documented number of vectors for n = 1000.</param>
/// <param name="PreconditionedVectors">The same with a preconditioner.</param>
/// <param name="Create">Constructs it for a spectral interval.</param>
internal sealed record MethodUnderLaw(
    SystemClass Needs, int Vectors, int PreconditionedVectors, Func<double, double, IIteration<LinearSystem>> Create);
