using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Unrolled.Tests.Samples;

namespace Unrolled.Tests.Repository;

/// <summary>
/// The code of README.md and of the pages in docs/ does what the pages say: C# is compiled and run, commands are run, experiments are learned with
/// settings that end sooner. Programs in C and Python are run by the tests of what they use, see <see cref="RunElsewhere"/>.
/// </summary>
public sealed partial class DocumentCodeTests : IDisposable
{
    private static readonly string[] Languages = ["csharp", "sh", "yaml", "python", "c", "text"];

    /// <summary>Lines of a shell that are no command of this project, and why they are not run here.</summary>
    private static readonly (string Start, string Reason)[] NotRun =
    [
        ("dotnet test", "would run this very test"),
        ("mpirun", "needs a launcher; MpiLauncherTests run the command under one where it is"),
        ("for i in", "a loop of the shell over shards; ShardTests run them"),
        ("./unrolled merge", "needs the shards of the line before it; ShardTests"),
        (".ci/package", "packs everything; CI runs it"),
        ("dotnet nuget add source", "changes the settings of the user; .ci/package uses the package from a folder"),
        ("dotnet add package", "as above"),
        ("dotnet tool install", ".ci/package installs the tool"),
        ("tools/unrolled", "as above"),
        ("packages/linux-x64/unrolled", "the single file; .ci/package runs it when it is given a runtime"),
        ("dotnet publish", "as above"),
        ("  -p:NuGetLockFilePath", "the rest of the line before it"),
        ("src/Unrolled.Native/build", "NativeExampleTests build it, and run the examples"),
    ];

    /// <summary>The programs in other languages and what runs them; where a compiler or a runtime is not installed, that test says so.</summary>
    private static readonly Dictionary<(string Page, string Language), string> RunElsewhere = new()
    {
        [("docs/deployment.md", "c")] = nameof(Native.NativeExampleTests.The_example_in_c_gives_the_bits_of_the_library),
        [("docs/deployment.md", "python")] = nameof(Native.NativeExampleTests.The_example_in_python_gives_the_bits_of_the_library),
        [("docs/denoising.md", "python")] = nameof(Deployment.Fields.OnnxDenoiserTests.TheProgramOfThePageRuns),
        [("docs/linear-solvers.md", "c")] = nameof(Deployment.Linear.LinearExportTests.TheProgramOfThePageRuns),
        [("docs/model-file.md", "python")] = nameof(Deployment.ModelFilePageTests.TheReaderOfThePageReadsEveryBit),
        [("docs/nonlinear-solvers.md", "c")] = nameof(Deployment.Nonlinear.NonlinearExportTests.TheProgramOfThePageRuns),
        [("docs/recurrent-convolution.md", "c")] = nameof(Deployment.Rules.RuleExportTests.TheProgramOfThePageRuns),
    };

    /// <summary>What must have been learned before the blocks of a page, which the page takes from another one.</summary>
    private static readonly Dictionary<string, string[]> Before = new()
    {
        ["docs/certificates.md"] =
        [
            "unrolled learn experiments/van-der-pol.yaml --out runs/a",
            "unrolled learn experiments/power-flow.yaml --set family.case=case118.m --out runs/grid",
        ],
        ["docs/deployment.md"] = ["unrolled learn experiments/van-der-pol.yaml --out runs/vdp"],
        ["docs/linear-solvers.md"] = ["unrolled learn experiments/diffusion-2d.yaml --out runs/diffusion"],
    };

    private readonly PageFolder _folder = new();

    public static TheoryData<string> Pages => [.. PageNames];

    private static IEnumerable<string> PageNames =>
        ["README.md", .. Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "docs"), "*.md").Select(p => "docs/" + Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryBlockNamesItsLanguageAndStandsBetweenFences(string page)
    {
        Assert.All(CodeFence.Read(page), f => Assert.True(Languages.Contains(f.Language), $"{page}:{f.Line}: '{f.Language}' is none of {string.Join(", ", Languages)}"));
        string outside = string.Empty;
        bool inside = false;
        string[] lines = File.ReadAllLines(Path.Combine(RepositoryFolder.Root, page));
        for (int i = 0; i < lines.Length; i++)
        {
            inside ^= lines[i].StartsWith("```", StringComparison.Ordinal);
            bool indented = !inside && lines[i].StartsWith("    ", StringComparison.Ordinal) && (i == 0 || lines[i - 1].Length == 0);
            Assert.False(indented && !ListItem().IsMatch(outside), $"{page}:{i + 1}: code that is only indented has no language");
            outside = !inside && lines[i].Length > 0 ? lines[i] : outside;
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void TheCodeOfAPageRuns(string page)
    {
        IReadOnlyList<CodeFence> fences = CodeFence.Read(page);
        foreach (string line in fences.Any(f => f.Language is "sh" or "csharp") ? Before.GetValueOrDefault(page) ?? [] : [])
        {
            _folder.Run(page, line);
        }

        foreach (CodeFence fence in fences.Where(f => f.Language == "sh" && !f.Text.StartsWith("#!", StringComparison.Ordinal)))
        {
            foreach (string line in fence.Text.Split('\n').Where(l => l.Trim().Length > 0 && !l.StartsWith('#')))
            {
                if (!NotRun.Any(n => line.StartsWith(n.Start, StringComparison.Ordinal)))
                {
                    Assert.True(Command().IsMatch(line), $"{page}: '{line}' is neither run here nor listed with a reason");
                    _folder.Run(page, line);
                }
            }
        }

        string[] program = [.. fences.Where(f => f.Language == "csharp").Select(f => f.Text)];
        if (program.Length > 0)
        {
            new CompiledProgram(_folder.At("program"), page, OneProgram(program)).Run(_folder.Folder);
        }
    }

    /// <summary>The experiments in a page are those of the files that its commands name.</summary>
    [Theory]
    [InlineData("docs/integrators.md", "my-equations")]
    [InlineData("docs/nonlinear-solvers.md", "my-system")]
    public void TheExperimentOfAPageIsTheFileThatItsCommandsName(string page, string experiment)
    {
        CodeFence shown = CodeFence.Read(page).First(f => f.Language == "yaml");
        static string Bare(string text) => string.Join('\n', text.Split('\n').Select(l => l.Split(" #", 2)[0].TrimEnd()).Where(l => l.Length > 0 && !l.StartsWith('#')));
        Assert.Equal(Bare(File.ReadAllText(_folder.At($"experiments/{experiment}.yaml"))), Bare(shown.Text));
    }

    [Fact]
    public void EveryYamlBlockIsOneOfTheExperimentsAbove()
    {
        foreach (string page in PageNames)
        {
            Assert.True(CodeFence.Read(page).Count(f => f.Language == "yaml") == (page is "docs/integrators.md" or "docs/nonlinear-solvers.md" ? 1 : 0), $"{page}: a yaml block that no test learns");
        }
    }

    [Fact]
    public void EveryProgramInAnotherLanguageIsRunByATest() => Assert.Equal(
        RunElsewhere.Keys.Order(),
        PageNames.SelectMany(page => CodeFence.Read(page).Where(f => f.Language is "c" or "python").Select(f => (page, f.Language))).Order());

    /// <summary>The blocks as one program: what they use first, then statements in their order, then types.</summary>
    private static string OneProgram(string[] blocks)
    {
        CompilationUnitSyntax[] units = [.. blocks.Select(b => SyntaxFactory.ParseCompilationUnit(b + "\n", options: new CSharpParseOptions(LanguageVersion.Preview)))];
        string usings = string.Concat(units.SelectMany(u => u.Usings).Select(u => u.ToFullString().Trim() + "\n").Distinct());
        string Members(bool statements) => string.Concat(units.SelectMany(u => u.Members).Where(m => m is GlobalStatementSyntax == statements).Select(m => m.ToFullString()));
        return usings + Members(true) + Members(false);
    }

    [GeneratedRegex(@"^(\./)?unrolled ")]
    private static partial Regex Command();

    [GeneratedRegex(@"^\s*([-*]|[0-9]+\.) ")]
    private static partial Regex ListItem();
}
