using System.Reflection;
using System.Text.RegularExpressions;

namespace Unrolled.Tests.Repository;

/// <summary>
/// Arrows point down only: a folder of the library uses the folders below it. What stands on the same floor does not see
/// each other, but for Newton's methods, which may use Krylov's.
/// </summary>
public partial class LayeringTests
{
    private const string Root = "";
    private const int LongestFile = 400;

    private static readonly string[][] Floors =
    [
        ["Numerics"],
        ["Differentiation"],
        ["Operators"],
        ["Problems"],
        [Root],
        ["Krylov", "Newton", "RungeKutta", "Diffusion", "RecurrentConvolution"],
        ["Deployment"],
        ["Learning", "Certification"],
    ];

    [Fact]
    public void EveryFolderHasItsFloor() => Assert.All(
        Directory.EnumerateDirectories(Source("Unrolled")).Select(d => Path.GetFileName(d)!).Where(name => name is not ("bin" or "obj")),
        name => Assert.True(Floor(name) >= 0, $"{name} stands on no floor; it is not in the design"));

    [Fact]
    public void SourcesNameOnlyWhatIsBelow()
    {
        var wrong = new List<string>();
        int seen = 0;
        foreach (string path in Files("Unrolled", "*.cs"))
        {
            string relative = Path.GetRelativePath(Source("Unrolled"), path), folder = relative.Contains(Path.DirectorySeparatorChar)
                ? relative[..relative.IndexOf(Path.DirectorySeparatorChar)] : Root;
            string code = Comments().Replace(File.ReadAllText(path), string.Empty);
            string[] used = [.. Names().Matches(code).Select(m => m.Groups[1].Value).Distinct().Where(name => Floor(name) >= 0)];
            seen += used.Count(name => name != folder);
            wrong.AddRange(used.Where(name => !May(folder, name)).Select(name => $"{relative} uses {name}"));
            if (code.Contains("Unrolled.Cli", StringComparison.Ordinal) || code.Contains("Unrolled.Mpi", StringComparison.Ordinal))
            {
                wrong.Add($"{relative} uses the command");
            }
        }

        Assert.Empty(wrong);
        Assert.True(seen > 100, $"only {seen} uses were found");
    }

    /// <summary>Types of the root need no <c>using</c>, so these are looked for in what the compiler made.</summary>
    [Fact]
    public void TypesReferToWhatIsBelow()
    {
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var wrong = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Type type in typeof(Solver).Assembly.GetTypes())
        {
            IEnumerable<Type?> used = [type.BaseType, .. type.GetInterfaces(), .. type.GetFields(all).Select(f => f.FieldType)];
            foreach (MethodBase method in type.GetMethods(all).Concat<MethodBase>(type.GetConstructors(all)))
            {
                used = used.Concat(method.GetParameters().Select(p => p.ParameterType)).Append((method as MethodInfo)?.ReturnType)
                    .Concat(method.GetMethodBody()?.LocalVariables.Select(v => v.LocalType) ?? []);
            }

            foreach (Type other in used.SelectMany(Parts).Where(t => t.Assembly == type.Assembly))
            {
                if (Folder(type) is string from && Folder(other) is string to && !May(from, to))
                {
                    wrong.Add($"{type.FullName} uses {other.FullName}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>What shares work over machines knows the library and not the command.</summary>
    [Fact]
    public void TheMpiLayerStandsOnTheLibraryAlone() => Assert.All(
        Files("Unrolled.Mpi", "*.cs"), path => Assert.DoesNotContain("Unrolled.Cli", File.ReadAllText(path), StringComparison.Ordinal));

    [Fact]
    public void FilesAreShort() => Assert.Empty(
        Files(string.Empty, "*.cs").Where(path => File.ReadLines(path).Count() > LongestFile).Select(path => Path.GetRelativePath(RepositoryFolder.Root, path)));

    [Fact]
    public void NoFileNamesAPlaceOnAMachine() => Assert.Empty(
        new[] { "src", "experiments", "docs", "bench", "samples" }.Select(name => Path.Combine(RepositoryFolder.Root, name)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).Where(IsSource)
            .Where(path => MachinePaths().IsMatch(File.ReadAllText(path))).Select(path => Path.GetRelativePath(RepositoryFolder.Root, path)));

    private static int Floor(string folder) => Array.FindIndex(Floors, floor => floor.Contains(folder));

    private static bool May(string from, string to) =>
        from == to || Floor(to) < Floor(from) || (from, to) is ("Newton", "Krylov");

    /// <summary>The folder of a type by its namespace; null for what the compiler adds.</summary>
    private static string? Folder(Type type) => type.Namespace switch
    {
        "Unrolled" => Root,
        string name when name.StartsWith("Unrolled.", StringComparison.Ordinal) => name.Split('.')[1],
        _ => null,
    };

    private static IEnumerable<Type> Parts(Type? type) => type switch
    {
        null => [],
        { HasElementType: true } => Parts(type.GetElementType()),
        { IsGenericParameter: true } => [],
        { IsConstructedGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()),
        _ => [type],
    };

    private static string Source(string project) => Path.Combine(RepositoryFolder.Root, "src", project);

    private static IEnumerable<string> Files(string project, string pattern) =>
        Directory.EnumerateFiles(Source(project), pattern, SearchOption.AllDirectories).Where(IsSource);

    private static bool IsSource(string path) =>
        !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "__pycache__");

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comments();

    [GeneratedRegex(@"(?<![\w.])(?:Unrolled\.)?([A-Z][A-Za-z]+)(?=[.;])")]
    private static partial Regex Names();

    [GeneratedRegex(@"(?<![\w.~])/(home|tmp|work|root|Users)/|\b[A-Z]:\\\\?Users")]
    private static partial Regex MachinePaths();
}
