using Unrolled.Deployment;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Tests.Deployment;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("unrolled-checkpoint").FullName;

    private string File => Path.Combine(_folder, "checkpoint.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EveryNumberComesBack()
    {
        Checkpoint written = Example();
        written.Write(File, "one");
        Checkpoint read = Checkpoint.Read(File, "one");
        Assert.Equal(written.Arrays.Keys.Order(), read.Arrays.Keys.Order());
        Assert.All(written.Arrays, a => Assert.Equal(a.Value.Select(BitConverter.DoubleToInt64Bits), read.Arrays[a.Key].Select(BitConverter.DoubleToInt64Bits)));
    }

    [Fact]
    public void NotANumberMayHaveAnyBits()
    {
        var written = new Checkpoint();
        written.Arrays["a"] = [BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0001)];
        written.Write(File, "one");
        Assert.True(double.IsNaN(Checkpoint.Read(File, "one").Arrays["a"].Single()));
    }

    [Fact]
    public void WhatBelongsElsewhereIsRefused()
    {
        Example().Write(File, "one");
        Assert.Contains("belongs to another experiment", Assert.Throws<InvalidInputException>(() => Checkpoint.Read(File, "two")).Message);
        Assert.Throws<InvalidInputException>(() => Checkpoint.Read(Path.Combine(_folder, "none.json"), "one"));
        System.IO.File.WriteAllText(File, System.IO.File.ReadAllText(File).Replace("\"formatVersion\":1", "\"formatVersion\":2"));
        Assert.Contains("not a checkpoint of version 1", Assert.Throws<InvalidInputException>(() => Checkpoint.Read(File, "one")).Message);
    }

    /// <summary>Damaged files: each is refused in one line or reads as what was written.</summary>
    [Fact]
    public void ADamagedFileIsRefusedInOneLine()
    {
        Checkpoint written = Example();
        written.Write(File, "one");
        byte[] whole = System.IO.File.ReadAllBytes(File);
        var stream = new RandomStream(2026);
        for (int round = 0; round < LongTests.DamagedInputs; round++)
        {
            System.IO.File.WriteAllBytes(File, Mutation.Of(whole, stream.Split((ulong)round)));
            try
            {
                Checkpoint read = Checkpoint.Read(File, "one");
                Assert.Equal(written.Arrays.OrderBy(a => a.Key), read.Arrays.OrderBy(a => a.Key));
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private static Checkpoint Example()
    {
        var checkpoint = new Checkpoint();
        checkpoint.Arrays["numbers"] = [0, -0.0, 1, -1.0 / 3, Math.PI * 1e300, double.Epsilon, double.MaxValue, 1e-310];
        checkpoint.Arrays["others"] = [double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        checkpoint.Arrays["none"] = [];
        checkpoint.Arrays["a/name with \"quotes\""] = [42];
        return checkpoint;
    }
}
