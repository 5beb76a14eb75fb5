namespace Unrolled.Differentiation;

/// <summary>How an input of a function is laid out in a batch.</summary>
public enum InputKind
{
    /// <summary>A row per component, one value per instance: component i of instance s at <c>[i*stride + s]</c>.</summary>
    PerInstance,

    /// <summary>One value per component, shared by all instances of a call (time, step size, coefficients).</summary>
    Uniform,
}
