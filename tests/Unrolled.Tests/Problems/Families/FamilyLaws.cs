using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Problems.Families;

/// <summary>What holds for every family of linear systems that needs no files.</summary>
public class FamilyLaws
{
    public static TheoryData<string> Kinds =>
    [
        "five-by-five", "random-symmetric", "diffusion", "diffusion 3-D", "convection-diffusion", "convection-diffusion upwind",
        "convection-diffusion 3-D",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_stream_draws_the_same_bits(string kind)
    {
        IProblemFamily<LinearSystem> family = Family(kind);
        AssertSame(family.Draw(3, new RandomStream(4)), Family(kind).Draw(3, new RandomStream(4)), 3);
        Assert.NotEqual(
            family.Draw(3, new RandomStream(4)).RightHandSide.Values.ToArray(), family.Draw(3, new RandomStream(5)).RightHandSide.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_long_draw_begins_with_a_short_one(string kind)
    {
        IProblemFamily<LinearSystem> family = Family(kind);
        AssertSame(family.Draw(3, new RandomStream(9)), family.Draw(11, new RandomStream(9)), 3);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Instances_differ_and_declared_properties_hold(string kind)
    {
        LinearSystem systems = Family(kind).Draw(5, new RandomStream(1));
        Assert.NotEqual(Assembled.Instance(systems.RightHandSide, 0), Assembled.Instance(systems.RightHandSide, 1));
        for (int s = 0; s < systems.Operator.Instances; s++)
        {
            Matrix a = Assembled.Of(systems.Operator, s);
            var part = new Matrix(a.Rows, a.Rows);
            for (int i = 0; i < a.Rows; i++)
            {
                for (int j = 0; j < a.Rows; j++)
                {
                    part[i, j] = (a[i, j] + a[j, i]) / 2;
                    Assert.True(!systems.Operator.Properties.HasFlag(OperatorProperties.Symmetric) || a[i, j] == a[j, i]);
                }
            }

            Assert.True(systems.Operator.Properties.HasFlag(OperatorProperties.PositiveDefinite));
            Assert.True(SymmetricEigen.Eigenvalues(part)[0] > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_draw_without_instances_is_refused(string kind) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Family(kind).Draw(0, new RandomStream(1)));

    [Fact]
    public void Resolved_settings_make_the_same_family_again()
    {
        foreach ((string kind, _) in LinearFamilies.All.Where(f => f.Kind is not ("fixed-matrix" or "matrix-market" or "folder")))
        {
            var settings = new Settings("test", "family");
            settings.Set("kind", kind);
            IProblemFamily<LinearSystem> first = LinearFamilies.Create(settings);
            var again = new Settings("model", "family");
            foreach ((string key, Setting value) in settings.Entries)
            {
                again.Set(key, value);
            }

            Assert.True(settings.Entries.Count > 2, kind);
            IProblemFamily<LinearSystem> second = LinearFamilies.Create(again);
            Assert.Equal(first.Description, second.Description);
            AssertSame(first.Draw(2, new RandomStream(3)), second.Draw(2, new RandomStream(3)), 2);
        }
    }

    internal static IProblemFamily<LinearSystem> Family(string kind)
    {
        var settings = new Settings("test", "family");
        string[] words = kind.Split(' ');
        settings.Set("kind", words[0]);
        if (words[0].EndsWith("diffusion", StringComparison.Ordinal))
        {
            settings.Set("grid", kind.EndsWith("3-D", StringComparison.Ordinal) ? "4" : "7");
            settings.Set("dimensions", kind.EndsWith("3-D", StringComparison.Ordinal) ? "3" : "2");
        }

        if (kind.EndsWith("upwind", StringComparison.Ordinal))
        {
            settings.Set("scheme", "upwind");
        }

        return LinearFamilies.Create(settings);
    }

    private static void AssertSame(LinearSystem first, LinearSystem second, int instances)
    {
        for (int s = 0; s < instances; s++)
        {
            Assert.Equal(Assembled.Instance(first.RightHandSide, s), Assembled.Instance(second.RightHandSide, s));
            Assert.Equal(Assembled.Of(first.Operator, s).AsSpan().ToArray(), Assembled.Of(second.Operator, s).AsSpan().ToArray());
        }
    }
}
