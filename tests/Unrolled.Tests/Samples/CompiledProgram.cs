using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Unrolled.Tests.Samples;

/// <summary>A program of top-level statements, compiled here with the usual implicit usings and warnings as errors, and run as a process of its own.</summary>
internal sealed class CompiledProgram
{
    private const string Usual = "System System.Collections.Generic System.IO System.Linq System.Net.Http System.Threading System.Threading.Tasks";

    private const string Web = " System.Net.Http.Json Microsoft.AspNetCore.Builder Microsoft.AspNetCore.Hosting Microsoft.AspNetCore.Http "
        + "Microsoft.AspNetCore.Routing Microsoft.Extensions.Configuration Microsoft.Extensions.DependencyInjection Microsoft.Extensions.Hosting Microsoft.Extensions.Logging";

    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private readonly string _program;

    /// <summary>Compiles a program.</summary>
    /// <param name="folder">Where the program and the library are put.</param>
    /// <param name="name">The name of the program, for messages.</param>
    /// <param name="source">Its text; lines that begin with <c>#:</c> are for the SDK alone.</param>
    public CompiledProgram(string folder, string name, string source)
    {
        bool web = source.Contains("#:sdk Microsoft.NET.Sdk.Web", StringComparison.Ordinal);
        string text = string.Join('\n', source.ReplaceLineEndings("\n").Split('\n').Select(l => l.StartsWith("#:", StringComparison.Ordinal) ? string.Empty : l));
        string usings = string.Concat((web ? Usual + Web : Usual).Split(' ').Select(n => $"global using {n};\n"));
        var parsing = new CSharpParseOptions(LanguageVersion.Preview);
        string library = typeof(Solver).Assembly.Location;
        IEnumerable<string> platform = Directory.EnumerateFiles(Framework, "*.dll");
        if (web)
        {
            platform = platform.Concat(Directory.EnumerateFiles(WebFramework!, "*.dll"));
        }

        IEnumerable<MetadataReference> references = platform.Where(IsManaged).Append(library).Select(p => MetadataReference.CreateFromFile(p));
        var compilation = CSharpCompilation.Create(
            "program", [CSharpSyntaxTree.ParseText(text, parsing, name), CSharpSyntaxTree.ParseText(usings, parsing)], references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release,
                generalDiagnosticOption: ReportDiagnostic.Error, nullableContextOptions: NullableContextOptions.Enable));
        Directory.CreateDirectory(folder);
        _program = Path.Combine(folder, "program.dll");
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(_program);
        Assert.True(result.Success, $"{name} does not compile:\n{string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error))}");
        File.Copy(library, Path.Combine(folder, Path.GetFileName(library)), overwrite: true);
        string version = Environment.Version.ToString(3);
        File.WriteAllText(Path.ChangeExtension(_program, ".runtimeconfig.json"), $$"""
            { "runtimeOptions": { "tfm": "net10.0", "framework": { "name": "{{(web ? "Microsoft.AspNetCore.App" : "Microsoft.NETCore.App")}}", "version": "{{version}}" },
              "configProperties": { "System.Globalization.Invariant": true } } }
            """);
    }

    /// <summary>The folder of ASP.NET beside the framework that runs these tests; null where it is missing.</summary>
    public static string? WebFramework { get; } = FindWebFramework();

    /// <summary>Starts the program; what it leaves in the folder for temporary files stays below its own folder.</summary>
    public Process Start(string workingDirectory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [_program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = workingDirectory };
        string temporary = Path.Combine(Path.GetDirectoryName(_program)!, "temporary");
        Directory.CreateDirectory(temporary);
        (start.Environment["TMPDIR"], start.Environment["TMP"], start.Environment["TEMP"]) = (temporary, temporary, temporary);
        return Process.Start(start)!;
    }

    /// <summary>Runs the program to its end, which must come with code 0 and nothing on standard error, and returns what it printed.</summary>
    public string Run(string workingDirectory, params string[] arguments)
    {
        using Process process = Start(workingDirectory, arguments);
        (int code, string output, string error) = Cli.LinearCommand.Finish(process, minutes: 10);
        Assert.True(code == 0 && error.Length == 0, $"code {code}: {error}\n{output}");
        return output;
    }

    private static bool IsManaged(string path)
    {
        using FileStream file = File.OpenRead(path);
        using var reader = new System.Reflection.PortableExecutable.PEReader(file);
        return reader.HasMetadata;
    }

    private static string? FindWebFramework()
    {
        string beside = Path.Combine(Framework, "..", "..", "Microsoft.AspNetCore.App", Path.GetFileName(Framework));
        return Directory.Exists(beside) ? Path.GetFullPath(beside) : null;
    }
}
