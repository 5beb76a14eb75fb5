namespace Unrolled.Differentiation;

/// <summary>What a <see cref="PlannedStep"/> does.</summary>
internal enum PlannedAction
{
    /// <summary>Reads an input or computes a value.</summary>
    Compute,

    /// <summary>Loads a value from its place in memory.</summary>
    Load,

    /// <summary>Stores a value to its place in memory.</summary>
    Store,

    /// <summary>Writes a value to a component of an output.</summary>
    Write,
}
