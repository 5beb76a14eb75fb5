namespace Unrolled.Differentiation;

/// <summary>A named input or output of a <see cref="Function"/>: its name, the names of its components, and its layout in a batch.</summary>
/// <param name="Name">Name of the vector, as in exported code.</param>
/// <param name="Components">Names of the components, in order.</param>
/// <param name="Kind">One value per instance, or one for all; outputs are always per instance.</param>
public sealed record FunctionVector(string Name, IReadOnlyList<string> Components, InputKind Kind = InputKind.PerInstance)
{
    /// <summary>The number of components.</summary>
    public int Length => Components.Count;

    /// <summary>A vector whose components are called <c>name[1]</c>, <c>name[2]</c>, ...</summary>
    public static FunctionVector Numbered(string name, int length, InputKind kind = InputKind.PerInstance) =>
        new(name, [.. Enumerable.Range(1, length).Select(i => $"{name}[{i}]")], kind);
}
