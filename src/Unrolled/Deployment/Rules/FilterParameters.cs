using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Rules;

namespace Unrolled.Deployment.Rules;

/// <summary>
/// The weights of a <see cref="ReluFilter"/> as parameters of a model, stored dense as any framework has them: <c>convolution</c>
/// (units, channels, 3, 3), <c>bias</c> (units), <c>output</c> (channels, units), <c>output-bias</c> (channels). The channels are the bits of a
/// cell and then the constant <c>in</c>.
/// </summary>
public static class FilterParameters
{
    private const int Side = 3;
    private const double LargestWeight = 1 << 20;

    /// <summary>The parameters of a filter, <see cref="ReluFilter.Dense"/> numbers.</summary>
    public static Parameters Of(ReluFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        int units = filter.Units.Length, channels = filter.Channels;
        var parameters = new Parameters(
            ("convolution", [units, channels, Side, Side]), ("bias", [units]), ("output", [channels, units]), ("output-bias", [channels]));
        for (int u = 0; u < units; u++)
        {
            parameters["bias"][u] = filter.Units[u].Bias;
            foreach ((CellInput input, int weight) in filter.Units[u].Terms)
            {
                parameters["convolution"][Place(u, filter.ChannelOf(input.Bit), channels, input.RowOffset, input.ColumnOffset)] = weight;
            }

            foreach ((int bit, int weight) in filter.Units[u].Outputs)
            {
                parameters["output"][(filter.ChannelOf(bit) * units) + u] = weight;
            }
        }

        for (int c = 0; c < channels; c++)
        {
            parameters["output-bias"][c] = filter.OutputBiases[c];
        }

        return parameters;
    }

    /// <summary>The filter that parameters describe.</summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="bits">k, the number of bits of a cell.</param>
    /// <param name="source">The name of the model in messages.</param>
    /// <exception cref="InvalidInputException">A block is missing or has other extents, or a weight is no integer.</exception>
    public static ReluFilter ToFilter(Parameters parameters, int bits, string source)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        int channels = bits + 1, units = parameters.Has("bias") ? parameters.Block("bias").Length : 0;
        foreach ((string name, int[] shape) in new (string, int[])[]
        {
            ("bias", [units]), ("convolution", [units, channels, Side, Side]), ("output", [channels, units]), ("output-bias", [channels]),
        })
        {
            if (!parameters.Has(name) || !parameters.Block(name).Shape.SequenceEqual(shape))
            {
                throw new InvalidInputException(source, $"the block '{name}' of the filter is missing or has other extents; expected [{string.Join(", ", shape)}]");
            }
        }

        var filter = new List<ReluUnit>();
        for (int u = 0; u < units; u++)
        {
            var terms = new List<ReluTerm>();
            var outputs = new List<ReluOutput>();
            for (int c = 0; c < channels; c++)
            {
                int bit = c == bits ? CellInput.Inside : c;
                for (int n = 0; n < Side * Side; n++)
                {
                    (int row, int column) = ((n / Side) - 1, (n % Side) - 1);
                    int weight = Weight("convolution", Place(u, c, channels, row, column));
                    if (weight != 0)
                    {
                        terms.Add(new ReluTerm(new CellInput(bit, row, column), weight));
                    }
                }

                int output = Weight("output", (c * units) + u);
                if (output != 0)
                {
                    outputs.Add(new ReluOutput(bit, output));
                }
            }

            filter.Add(new ReluUnit(Weight("bias", u), terms, outputs));
        }

        return new ReluFilter(bits, filter, [.. Enumerable.Range(0, channels).Select(c => Weight("output-bias", c))]);

        int Weight(string block, int place)
        {
            double weight = parameters[block][place];
            return weight == Math.Round(weight) && Math.Abs(weight) <= LargestWeight
                ? (int)weight
                : throw new InvalidInputException(source, FormattableString.Invariant($"number {place} of the block '{block}' is {weight:R}; expected an integer of magnitude at most {LargestWeight:0}"));
        }
    }

    private static int Place(int unit, int channel, int channels, int row, int column) => (((unit * channels) + channel) * Side * Side) + (Side * (row + 1)) + column + 1;
}
