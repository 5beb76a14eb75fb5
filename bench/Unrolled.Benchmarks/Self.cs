namespace Unrolled.Benchmarks;

/// <summary>This program, to be started again.</summary>
internal static class Self
{
    /// <summary>The program and the arguments that start it with these arguments.</summary>
    public static (string Program, string[] Arguments) Command(params string[] arguments)
    {
        string program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? (program, [Path.Combine(AppContext.BaseDirectory, typeof(Self).Assembly.GetName().Name + ".dll"), .. arguments])
            : (program, arguments);
    }
}
