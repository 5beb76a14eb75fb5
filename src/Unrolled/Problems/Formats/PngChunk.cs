namespace Unrolled.Problems.Formats;

/// <summary>A part of a PNG file that is carried over as it is.</summary>
/// <param name="Type">Its four letters.</param>
/// <param name="Data">Its contents.</param>
public sealed record PngChunk(string Type, ReadOnlyMemory<byte> Data);
