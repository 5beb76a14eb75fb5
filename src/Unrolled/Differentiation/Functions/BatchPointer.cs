namespace Unrolled.Differentiation;

/// <summary>
/// Where a vector of a batch lies in memory: component i of instance s at <c>Data[i*Stride + s]</c>; a uniform vector has its
/// component i at <c>Data[i]</c>. To process a chunk, advance <paramref name="data"/> to its first instance.
/// </summary>
/// <param name="data">The first instance of the first component; no alignment is required, 64 bytes are best.</param>
/// <param name="stride">Distance between components, in numbers.</param>
public readonly unsafe struct BatchPointer(double* data, nint stride)
{
    /// <summary>The first instance of the first component.</summary>
    public readonly double* Data = data;

    /// <summary>Distance between components, in numbers.</summary>
    public readonly nint Stride = stride;
}
