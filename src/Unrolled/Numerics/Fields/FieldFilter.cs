namespace Unrolled.Numerics;

/// <summary>Turns fields into fields of the same extents, such as a denoiser.</summary>
/// <param name="input">What is filtered.</param>
/// <param name="result">Receives the result.</param>
public delegate void FieldFilter(Field<float> input, Field<float> result);
