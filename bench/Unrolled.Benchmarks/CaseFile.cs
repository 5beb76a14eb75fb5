namespace Unrolled.Benchmarks;

/// <summary>Finds a case file of power flow: the repository has none of its own.</summary>
internal static class CaseFile
{
    private const string Variable = "UNROLLED_POWERFLOW_CASES";

    /// <summary>What to do where none is found.</summary>
    public static string Remedy => $"Set {Variable} to a folder with the MATPOWER cases.";

    /// <summary>The path of a case in the folder of the environment variable, or in <c>../shared/data/powerflow</c>; null where it is not.</summary>
    public static string? Find(string name) =>
        new[] { Environment.GetEnvironmentVariable(Variable), Path.GetFullPath(Path.Combine(Results.Root, "..", "shared", "data", "powerflow")) }
            .Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.Combine(folder!, name)).FirstOrDefault(File.Exists);
}
