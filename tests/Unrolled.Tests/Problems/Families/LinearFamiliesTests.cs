using Unrolled.Numerics;
using Unrolled.Operators;
using Unrolled.Problems;
using Unrolled.Problems.Families;
using Unrolled.Tests.Operators;

namespace Unrolled.Tests.Problems.Families;

public class LinearFamiliesTests
{
    [Theory]
    [InlineData("kind: difusion", "test:1:1: 'family.kind' is 'difusion'; expected one of five-by-five, fixed-matrix, random-symmetric, diffusion, convection-diffusion, matrix-market, folder (did you mean 'diffusion'?)")]
    [InlineData("grid: 8", "test: 'family.kind' is missing")]
    [InlineData("kind: diffusion|grids: 8", "test:2:1: unknown key 'family.grids' (did you mean 'grid'?); known keys are contrast, dimensions, grid, kind, rhs, smoothness")]
    [InlineData("kind: diffusion|grid: 1", "test:2:1: 'family.grid' is 1; expected an integer from 2 to 2048")]
    [InlineData("kind: diffusion|dimensions: 3|grid: 129", "test:3:1: 'family.grid' is 129; expected an integer from 2 to 128")]
    [InlineData("kind: diffusion|contrast: -1", "test:2:1: 'family.contrast' is '-1'; expected a number from 0 to 10")]
    [InlineData("kind: diffusion|rhs: solution", "test:2:1: 'family.rhs' is 'solution'; expected one of smooth, white")]
    [InlineData("kind: convection-diffusion|scheme: upwnd", "test:2:1: 'family.scheme' is 'upwnd'; expected one of central, upwind (did you mean 'upwind'?)")]
    [InlineData("kind: five-by-five|spread: nan", "test:2:1: 'family.spread' is 'nan'; expected a number from 0 to 1000000")]
    [InlineData("kind: fixed-matrix", "test: 'family.matrix' is missing; expected a list of rows, each a list of numbers")]
    [InlineData("kind: fixed-matrix|matrix: 3", "test:2:1: 'family.matrix' must be a list of 1 to 512 rows, each a list of numbers")]
    [InlineData("kind: fixed-matrix|matrix: [1 2;3]", "test:2:1: row 2 of 'family.matrix' has 1 numbers, the matrix has 2 rows")]
    [InlineData("kind: fixed-matrix|matrix: [1 2;3 x]", "test:2:1: number 2 of row 2 of 'family.matrix' is 'x'; expected a finite number")]
    [InlineData("kind: fixed-matrix|matrix: [2 1;1 2]|right-hand-side: [1]", "test:3:1: number 1 of 'family.right-hand-side' is a list; expected a finite number")]
    [InlineData("kind: matrix-market", "test: 'family.matrix' is missing")]
    public void Faults_are_named(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => LinearFamilies.Create(SettingsText.Parse(text))).Message);

    [Fact]
    public void A_matrix_of_ones_own_is_examined()
    {
        IProblemFamily<LinearSystem> family = LinearFamilies.Create(SettingsText.Parse("kind: fixed-matrix|matrix: [2 1;1 2]|spread: 0.5"));
        LinearSystem systems = family.Draw(20, new RandomStream(1));
        Assert.Equal([2, 1, 1, 2], Assembled.Of(systems.Operator).AsSpan().ToArray());
        Assert.Equal(OperatorProperties.Symmetric | OperatorProperties.PositiveDefinite, systems.Operator.Properties);
        Assert.All(systems.RightHandSide.Values.ToArray(), v => Assert.InRange(v, -0.5, 0.5));
        Assert.Equal(OperatorProperties.None, LinearFamilies.Create(SettingsText.Parse("kind: fixed-matrix|matrix: [0 1;-1 0]")).Draw(1, new RandomStream(1)).Operator.Properties);
    }

    [Fact]
    public void Every_kind_has_one_line()
    {
        Assert.Equal(7, LinearFamilies.All.Count);
        Assert.All(LinearFamilies.All, f => Assert.True(f.Summary.Length is > 10 and < 80));
    }
}
