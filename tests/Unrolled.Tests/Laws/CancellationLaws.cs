using System.Reflection;
using Unrolled.Differentiation;
using Unrolled.Diffusion.Multigrid;
using Unrolled.Diffusion.Networks;
using Unrolled.Learning;
using Unrolled.Learning.Rules;
using Unrolled.Operators;
using Unrolled.RecurrentConvolution;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RecurrentConvolution.Turing;

namespace Unrolled.Tests.Laws;

/// <summary>A caller can stop what takes long: such a call has a token, last, optional and of one name everywhere.</summary>
public class CancellationLaws
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly string[] Verbs =
    [
        "Advance", "Certify", "Classical", "Compare", "Denoise", "Inpaint", "Integrate", "Learn", "Measure", "Memorize", "Minimize", "Process", "Round", "Run", "Search",
        "Smooth", "Solve", "Train", "Try",
    ];

    /// <summary>Calls whose work is short or set by the caller.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        [$"{nameof(Unrolled)}.{nameof(Unrolled.Numerics)}."] = "a factorization is applied once; a team runs what it is given",
        [$"{typeof(KrylovCompression).FullName}.{nameof(KrylovCompression.Measure)}"] = "the eigenvalues of a small matrix",
        [typeof(CycleCoefficients).FullName!] = "only numbers",
        [typeof(Kernel).FullName!] = "one evaluation",
        [typeof(BoundGraph<>).FullName!] = "one pass through a network",
        [typeof(Lanczos).FullName!] = "the caller says how many products",
        [typeof(OperatorProbe).FullName!] = "the caller says how many products",
        [typeof(TuringConfiguration).FullName!] = "the caller says how many steps",
        [typeof(IProgramSpace).FullName!] = "one short program",
        [typeof(CellRulePrograms).FullName!] = "one short program",
        [typeof(SmallLearnerSpace).FullName!] = "one short program",
        [typeof(SmallLearner).FullName!] = "one pass over the examples",
        [typeof(ILearner).FullName!] = "one pass over the examples",
        [typeof(ColumnProgram).FullName!] = "one pass over the examples",
        [typeof(ParityLearner).FullName!] = "one pass over the examples",
        [typeof(RowEngine).FullName!] = "one pass over the examples",
    };

    private static IEnumerable<MethodInfo> Methods => typeof(Solver).Assembly.GetExportedTypes().SelectMany(t => t.GetMethods(Declared)).Where(m => !m.IsSpecialName);

    [Fact]
    public void ACallThatTakesLongHasAToken() => AssertNone(Methods
        .Where(m => Verbs.Contains(m.Name) && !Exceptions.Keys.Any(NameOf(m).StartsWith))
        .Where(m => m.GetParameters().LastOrDefault() is not { HasDefaultValue: true } last || last.ParameterType != typeof(CancellationToken))
        .Select(NameOf));

    [Fact]
    public void EveryExceptionIsNeeded() => AssertNone(Exceptions.Keys.Where(key =>
        !Methods.Any(m => Verbs.Contains(m.Name) && NameOf(m).StartsWith(key, StringComparison.Ordinal) && m.GetParameters().All(p => p.ParameterType != typeof(CancellationToken)))));

    [Fact]
    public void TokensAreCalledTheSameAndStandLast()
    {
        IEnumerable<MethodBase> members = [.. Methods, .. typeof(Solver).Assembly.GetExportedTypes().SelectMany(t => t.GetConstructors())];
        AssertNone(members
            .SelectMany(m => m.GetParameters().Where(p => p.ParameterType == typeof(CancellationToken)
                && (p.Name != "cancellationToken" || !p.HasDefaultValue || p.Position != m.GetParameters().Length - 1)).Select(p => $"{NameOf(m)}: {p.Name}")));
    }

    private static void AssertNone(IEnumerable<string> names)
    {
        string[] all = [.. names];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    private static string NameOf(MethodBase method) => $"{method.DeclaringType!.FullName}.{method.Name}";
}
