namespace Unrolled.Deployment.Onnx;

/// <summary>The types of numbers in tensors, with their codes in the format.</summary>
internal enum OnnxElement
{
    /// <summary>Single precision.</summary>
    Single = 1,

    /// <summary>Integers of 64 bits.</summary>
    Integer = 7,

    /// <summary>Yes or no.</summary>
    Boolean = 9,
}
