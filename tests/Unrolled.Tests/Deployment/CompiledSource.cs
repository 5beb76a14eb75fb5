using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Unrolled.Tests.Deployment;

/// <summary>C# sources, compiled together in memory with warnings as errors and loaded until it is disposed.</summary>
internal sealed class CompiledSource : IDisposable
{
    private static readonly MetadataReference[] Platform =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p))];

    private readonly AssemblyLoadContext _context = new("exported", isCollectible: true);
    private readonly Assembly _assembly;

    public CompiledSource(params IEnumerable<string> sources)
    {
        var compilation = CSharpCompilation.Create(
            "Exported", sources.Select(s => CSharpSyntaxTree.ParseText(s)), Platform,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, generalDiagnosticOption: ReportDiagnostic.Error));
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        image.Position = 0;
        _assembly = _context.LoadFromStream(image);
    }

    /// <summary>A public static method.</summary>
    public T Method<T>(string type, string name)
        where T : Delegate => _assembly.GetType(type, throwOnError: true)!.GetMethod(name)!.CreateDelegate<T>();

    /// <inheritdoc/>
    public void Dispose() => _context.Unload();
}
