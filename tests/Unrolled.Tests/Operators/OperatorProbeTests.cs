using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Problems.Families;

namespace Unrolled.Tests.Operators;

public class OperatorProbeTests
{
    [Theory]
    [MemberData(nameof(FamilyLaws.Kinds), MemberType = typeof(FamilyLaws))]
    public void True_declarations_stand(string kind) =>
        Assert.Empty(OperatorProbe.Run(FamilyLaws.Family(kind).Draw(9, new RandomStream(1)).Operator, new RandomStream(2)));

    [Fact]
    public void Asymmetry_of_one_instance_is_named()
    {
        Batch entries = Batch.Zeros(4, 3);
        entries.Values.Fill(1);
        entries[1, 2] = 1.001;
        RefutedDeclaration refuted = Assert.Single(OperatorProbe.Run(
            new DenseOperator(2, 2, entries, OperatorProperties.Symmetric), new RandomStream(1)), r => r.Declaration == "symmetric");
        Assert.Equal(2, refuted.Instance);
        Assert.InRange(refuted.Value, 1e-7, 1e-2);
        Assert.StartsWith("declared symmetric, but |x.Ay - y.Ax| <= tolerance * (|x| |Ay| + |y| |Ax|) fails for instance 2: ", refuted.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_negative_eigenvalue_is_found()
    {
        const int n = 200;
        var entries = Batch.Zeros(n * n, 1);
        for (int i = 0; i < n; i++)
        {
            entries[(i * n) + i, 0] = i == 0 ? -0.5 : 1 + (i / 100.0);
        }

        var a = new DenseOperator(n, n, entries, OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite);
        RefutedDeclaration refuted = Assert.Single(OperatorProbe.Run(a, new RandomStream(1)));
        Assert.Equal("positive definite", refuted.Declaration);
        Assert.Equal(-0.5, refuted.Value, 1e-6);
    }

    [Fact]
    public void A_wrong_adjoint_is_found()
    {
        RefutedDeclaration refuted = Assert.Single(OperatorProbe.Run(new Wrong(), new RandomStream(1)));
        Assert.Equal("adjoint", refuted.Declaration);
    }

    [Fact]
    public void Not_a_number_refutes_what_it_should_confirm()
    {
        var a = new DenseOperator(2, 2, Batch.Of([double.NaN, 0, 0, 1]), OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite);
        Assert.Equal(["adjoint", "positive definite", "symmetric"], OperatorProbe.Run(a, new RandomStream(1)).Select(r => r.Declaration).Order());
    }

    /// <summary>Keeps the first component; calls a shift its adjoint.</summary>
    private sealed class Wrong : ILinearOperator
    {
        public int Rows => 3;

        public int Columns => 3;

        public int Instances => 1;

        public OperatorProperties Properties => OperatorProperties.None;

        public void Apply(Batch x, Batch destination)
        {
            destination.Values.Clear();
            x.Row(0).CopyTo(destination.Row(0));
        }

        public void ApplyAdjoint(Batch x, Batch destination)
        {
            destination.Values.Clear();
            x.Row(0).CopyTo(destination.Row(1));
        }
    }
}
