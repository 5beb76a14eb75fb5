namespace Unrolled.Tests.Repository;

/// <summary>A fact about data in <c>../shared</c>; reported as skipped where the data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string name)
    {
        string path = RepositoryFolder.Shared(name);
        if (!Path.Exists(path))
        {
            Skip = $"needs {Path.GetRelativePath(RepositoryFolder.Root, path)}";
        }
    }
}
