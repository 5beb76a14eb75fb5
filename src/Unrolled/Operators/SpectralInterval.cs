namespace Unrolled.Operators;

/// <summary>Estimates of the ends of the spectrum of a symmetric operator, from the inside.</summary>
/// <param name="Smallest">An estimate from above of the least eigenvalue.</param>
/// <param name="SmallestError">An eigenvalue lies within this distance of <paramref name="Smallest"/>.</param>
/// <param name="Largest">An estimate from below of the largest eigenvalue.</param>
/// <param name="LargestError">An eigenvalue lies within this distance of <paramref name="Largest"/>.</param>
/// <param name="Steps">How many products it took.</param>
/// <remarks>That the eigenvalue within the distance is the outermost one holds unless the random start happened to be almost
/// orthogonal to its eigenvector; it is not proved by the number.</remarks>
public readonly record struct SpectralInterval(double Smallest, double SmallestError, double Largest, double LargestError, int Steps);
