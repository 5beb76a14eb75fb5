using Unrolled.Deployment;
using Unrolled.Numerics;
using Unrolled.Problems;

namespace Unrolled.Tests.Deployment;

/// <summary>Damaged model files: each is refused in one line or reads as what was written.</summary>
public class ModelFileMutationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ADamagedFileIsRefusedInOneLine(bool sealedAgain)
    {
        byte[] whole = ModelFile.ToBytes(ExampleModel.Create());
        int end = whole.AsSpan().LastIndexOf(",\n  \"contentHash\""u8);
        byte[] open = [.. whole.AsSpan(0, end), .. "\n}\n"u8];
        var stream = new RandomStream(2026);
        for (int round = 0; round < LongTests.DamagedInputs / 2; round++)
        {
            byte[] damaged = Mutation.Of(sealedAgain ? open : whole, stream.Split((ulong)round));
            try
            {
                if (sealedAgain)
                {
                    damaged = ModelFile.Seal(damaged);
                }

                Model read = ModelFile.Read(new MemoryStream(damaged), "m.json");
                if (!sealedAgain)
                {
                    Assert.Equal(whole, ModelFile.ToBytes(read));
                }
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }
}
