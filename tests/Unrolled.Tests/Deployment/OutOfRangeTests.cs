using Unrolled.Deployment;

namespace Unrolled.Tests.Deployment;

public class OutOfRangeTests
{
    private static readonly ValidRange[] Ranges = [new("step size", 0.1, 0.3), new("buses", 14, 14)];

    [Theory]
    [InlineData("step size", 0.1, false)]
    [InlineData("step size", 0.3 * (1 + 1e-13), false)]
    [InlineData("step size", 0.3001, true)]
    [InlineData("step size", -0.2, true)]
    [InlineData("step size", double.NaN, true)]
    [InlineData("buses", 14, false)]
    [InlineData("buses", 15, true)]
    [InlineData("load", 99, false)]
    public void OneCheckForAllQuantities(string quantity, double value, bool outside)
    {
        IReadOnlyList<OutOfRange> found = OutOfRange.Find(Ranges, [(quantity, value), ("step size", 0.2)]);
        Assert.Equal(outside ? 1 : 0, found.Count);
    }

    [Fact]
    public void ASentenceWithTheNumbers()
    {
        string[] sentences = [.. OutOfRange.Find(Ranges, [("step size", 0.5), ("buses", 30)]).Select(o => o.ToString())];
        Assert.Equal(["step size = 0.5 lies outside [0.1, 0.3]", "buses = 30 is not 14"], sentences);
    }
}
