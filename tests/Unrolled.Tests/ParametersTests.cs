namespace Unrolled.Tests;

public class ParametersTests
{
    private static Parameters Example() => new(("weights", [3, 4]), ("shift", []), ("none", [0, 7]), ("bias", [2]));

    [Fact]
    public void BlocksStandInOrderWithoutGaps()
    {
        Parameters theta = Example();
        Assert.Equal(15, theta.Length);
        Assert.Equal([0, 12, 13, 13], theta.Blocks.Select(b => b.Start));
        theta["weights"][4] = 0.5;
        theta["shift"][0] = 2;
        Assert.Equal(0.5, theta.Values[4]);
        Assert.Equal(2, theta.Values[12]);
        Assert.Equal("weights[3 x 4], shift[], none[0 x 7], bias[2]", theta.ToString());
    }

    [Fact]
    public void AViewSharesTheNumbersOfItsBlock()
    {
        Parameters theta = Example();
        theta["weights"][6] = 3;
        Assert.Equal(3, theta.View("weights")[1, 2]);
        theta.View("bias")[1, 0] = 9;
        Assert.Equal(9, theta.Values[14]);
        Assert.Equal((1, 1), (theta.View("shift").Components, theta.View("shift").Instances));
        Assert.Equal(0, theta.View("none").Length);
    }

    [Fact]
    public void ACloneHasNumbersOfItsOwn()
    {
        Parameters theta = Example();
        theta.Values.Fill(1);
        Parameters clone = theta.Clone();
        clone.Values[0] = 5;
        Assert.Equal(1, theta.Values[0]);
        clone.CopyTo(theta);
        Assert.Equal(5, theta.Values[0]);
        Assert.True(theta.ZerosLike().Values.IndexOfAnyExcept(0.0) < 0);
    }

    [Fact]
    public unsafe void TheNumbersAreAlignedForVectors()
    {
        fixed (double* first = Example().Values)
        {
            Assert.Equal(0, (nint)first % 64);
        }
    }

    [Fact]
    public void MistakesNameWhatIsThere()
    {
        Assert.Contains("two blocks are named 'a'", Assert.Throws<ArgumentException>(() => new Parameters(("a", [1]), ("a", [2]))).Message);
        Assert.Contains("extent -1", Assert.Throws<ArgumentException>(() => new Parameters(("a", [-1]))).Message);
        Assert.Contains("too large", Assert.Throws<ArgumentException>(() => new Parameters(("a", [65536, 65536]))).Message);
        Assert.Contains("bias[2]", Assert.Throws<ArgumentException>(() => Example()["bia"].Length).Message);
        Assert.Contains("a[1]", Assert.Throws<ArgumentException>(() => Example().CopyTo(new Parameters(("a", [1])))).Message);
    }
}
