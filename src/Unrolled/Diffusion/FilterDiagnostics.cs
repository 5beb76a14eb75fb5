namespace Unrolled.Diffusion;

/// <summary>What diffusion keeps or lets fall: the mean stays, norm and energy fall.</summary>
/// <param name="Mean">The mean of all values.</param>
/// <param name="Norm">The Euclidean norm.</param>
/// <param name="Energy">The sum of <c>Psi(|grad u|)</c> with <c>Psi' = Phi</c>.</param>
public readonly record struct FilterDiagnostics(double Mean, double Norm, double Energy);
