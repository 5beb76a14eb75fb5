using Unrolled.Numerics;

namespace Unrolled.Newton;

/// <summary>
/// The last pairs <c>(dx, dr)</c> with <c>dr ≈ -M^-1 J dx</c>, and the step of Anderson's mixing from them:
/// <c>x+ = x + r - sum_i g_i (dx_i + dr_i)</c> with g minimizing <c>||r - sum_i g_i dr_i||</c>, where <c>r = -M^-1 F(x)</c>.
/// </summary>
/// <remarks>
/// The least-squares problem is solved by orthonormalizing copies of the dr from the newest to the oldest and applying the same operations
/// to the dx. A pair that depends on newer ones to ten digits is left out, for each instance alone. Storage: 4 vectors per pair.
/// Reference: D. G. Anderson, J. ACM 12 (1965) 547-560, doi:10.1145/321296.321305; H. F. Walker and P. Ni, SIAM J. Numer. Anal. 49 (2011)
/// 1715-1735, doi:10.1137/10078356X.
/// </remarks>
/// <param name="depth">The most pairs.</param>
/// <param name="vector">The first of 4 depth vectors.</param>
/// <param name="scalar">The first of <see cref="Scalars"/> scalars.</param>
internal readonly struct SecantPairs(int depth, int vector, int scalar)
{
    public const int Scalars = 4;

    private const double Dependent = 1e-10;
    private const int Count = 0, Product = 1, Norm = 2, Scale = 3;

    public int Vectors => 4 * depth;

    public void Clear(Workspace workspace) => workspace.Scalar(scalar + Count).Clear();

    /// <summary>The vectors dx and dr of the next pair, the oldest one's when all are in use; to be filled by the caller.</summary>
    public (Batch X, Batch R) Next(Workspace workspace)
    {
        Span<double> count = workspace.Scalar(scalar + Count);
        int slot = (int)count[0] % depth;
        count.Fill(count[0] + 1);
        return (workspace.Vector(vector + slot), workspace.Vector(vector + depth + slot));
    }

    /// <summary>Replaces x by the mixed iterate; <paramref name="r"/> is destroyed.</summary>
    public void Mix(Workspace workspace, Batch x, Batch r)
    {
        int count = (int)workspace.Scalar(scalar + Count)[0], kept = Math.Min(count, depth);
        Span<double> product = workspace.Scalar(scalar + Product), norm = workspace.Scalar(scalar + Norm), scale = workspace.Scalar(scalar + Scale);
        for (int i = 0; i < kept; i++)
        {
            int slot = (count - 1 - i) % depth;
            Batch p = workspace.Vector(vector + (2 * depth) + i), q = workspace.Vector(vector + (3 * depth) + i);
            workspace.Vector(vector + slot).CopyTo(p);
            workspace.Vector(vector + depth + slot).CopyTo(q);
            BatchKernels.Norm(q, norm);
            for (int j = 0; j < i; j++)
            {
                Batch other = workspace.Vector(vector + (3 * depth) + j);
                BatchKernels.Dot(other, q, product);
                BatchKernels.MultiplySubtract(product, other, q, q);
                BatchKernels.MultiplySubtract(product, workspace.Vector(vector + (2 * depth) + j), p, p);
            }

            BatchKernels.Norm(q, scale);
            for (int s = 0; s < scale.Length; s++)
            {
                scale[s] = scale[s] > Dependent * norm[s] ? 1 / scale[s] : 0;
            }

            BatchKernels.Multiply(scale, q, q);
            BatchKernels.Multiply(scale, p, p);
            BatchKernels.Dot(q, r, product);
            BatchKernels.MultiplySubtract(product, q, r, r);
            BatchKernels.MultiplySubtract(product, p, x, x);
        }

        Kernels.Add<double>(x.Values, r.Values, x.Values);
    }
}
