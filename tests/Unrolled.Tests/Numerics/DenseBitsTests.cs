using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Unrolled.Numerics;

namespace Unrolled.Tests.Numerics;

/// <summary>
/// One fingerprint of the results of every dense factorization. It holds with any instruction set: run the tests with
/// DOTNET_EnableAVX512=0, DOTNET_EnableAVX2=0 or DOTNET_EnableHWIntrinsic=0 to see it hold.
/// </summary>
public class DenseBitsTests
{
    private const string Fingerprint = "C319AA21CCAF6610";

    [Fact]
    public void All_factorizations_give_the_same_bits_with_any_instruction_set()
    {
        const int n = 45;
        Matrix a = MatrixGallery.From(n, (i, j) => (1.0 / (1 + ((((i * 37) + (j * 61)) ^ (i * j)) % 101))) - 0.25);
        Matrix spd = a.Multiply(a.Transpose());
        double[] b = a.Row(7).ToArray(), x = new double[n];
        List<double> results = [];

        LuFactorization lu = LuFactorization.Factor(a);
        lu.Solve(b, x);
        results.AddRange(x);
        lu.SolveTransposed(b, x);
        results.AddRange(x);
        Assert.True(CholeskyFactorization.TryFactor(spd, out CholeskyFactorization? cholesky));
        cholesky.Solve(b, x);
        results.AddRange(x);
        results.Add(QrFactorization.Factor(a).Solve(b, x));
        results.AddRange(x);
        SymmetricEigen eigen = SymmetricEigen.Decompose(spd);
        results.AddRange(eigen.Values);
        results.AddRange(eigen.Vector(3));
        foreach (Complex value in GeneralEigenvalues.Of(a))
        {
            results.Add(value.Real);
            results.Add(value.Imaginary);
        }

        // 15 systems of 9 equations: a whole group of eight and an incomplete one.
        double[] batch = a.AsSpan()[..(9 * 9 * 15)].ToArray(), y = spd.AsSpan()[..(9 * 15)].ToArray();
        Assert.Equal(0, BatchedLu.Solve(batch, y, 9, 15, new double[BatchedLu.ScratchLength(9)], new bool[15]));
        results.AddRange(y);

        byte[] bytes = new byte[8 * results.Count];
        for (int i = 0; i < results.Count; i++)
        {
            Assert.True(double.IsFinite(results[i]));
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), results[i]);
        }

        Assert.Equal(Fingerprint, Convert.ToHexString(SHA256.HashData(bytes))[..16]);
    }
}
