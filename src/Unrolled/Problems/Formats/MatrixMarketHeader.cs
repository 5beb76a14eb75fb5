namespace Unrolled.Problems.Formats;

/// <summary>What the banner and the size line of a Matrix Market file say.</summary>
/// <param name="Format">Sparse entries or all elements.</param>
/// <param name="Field">The kind of values.</param>
/// <param name="Symmetry">Which part of the matrix is listed.</param>
/// <param name="Rows">The number of rows of the whole matrix.</param>
/// <param name="Columns">The number of columns of the whole matrix.</param>
/// <param name="Entries">The number of entries listed in the file, which symmetry may make fewer than the matrix has.</param>
public sealed record MatrixMarketHeader(
    MatrixMarketFormat Format, MatrixMarketField Field, MatrixMarketSymmetry Symmetry, int Rows, int Columns, int Entries);
