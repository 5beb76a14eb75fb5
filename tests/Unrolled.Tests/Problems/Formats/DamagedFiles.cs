using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Tests.Problems.Formats;

/// <summary>What every reader of files must do with damaged ones: refuse them in one line with the name of the file, or read something valid, in bounded memory.</summary>
internal static class DamagedFiles
{
    /// <summary>Reads damaged copies.</summary>
    /// <param name="originals">The files before the damage.</param>
    /// <param name="seed">The seed of the damage.</param>
    /// <param name="read">Reads one and asserts that what was read is valid.</param>
    /// <param name="prefix">How every message begins.</param>
    /// <param name="memory">How many bytes may be allocated for a byte of the file, beside a quarter of a megabyte.</param>
    /// <param name="leastValid">How many must be readable: otherwise the damage would test one of the two outcomes only.</param>
    public static void AreRefusedOrRead(byte[][] originals, ulong seed, Action<byte[]> read, string prefix, int memory, int leastValid)
    {
        var stream = new RandomStream(seed);
        int valid = 0;
        for (int round = 0; round < LongTests.DamagedInputs; round++)
        {
            RandomStream own = stream.Split((ulong)round);
            byte[] damaged = Mutation.Of(originals[own.NextIndex(originals.Length)], own);
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(damaged);
                valid++;
            }
            catch (InvalidInputException e)
            {
                Assert.StartsWith(prefix, e.Message);
                Assert.DoesNotContain(e.Message, char.IsControl);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, (1 << 18) + (damaged.Length * memory));
        }

        Assert.InRange(valid, leastValid, LongTests.DamagedInputs * 39 / 40);
    }
}
