namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>How a row of cells lies in the words of a plane.</summary>
/// <param name="WordsPerRow">The distance of rows in words. Between two rows at least one cell is free, which stays 0.</param>
/// <param name="WordsPerCell">The distance of columns in words, or 0 if 64 columns share a word.</param>
internal readonly record struct PlaneLayout(int WordsPerRow, int WordsPerCell);
