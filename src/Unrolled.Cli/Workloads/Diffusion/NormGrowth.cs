using Unrolled.Diffusion.Networks;
using Unrolled.Numerics;

namespace Unrolled.Cli.Workloads.Diffusion;

/// <summary>The Euclidean norms of the iterates of a symmetric network, block by block.</summary>
internal static class NormGrowth
{
    /// <summary>
    /// The largest <c>||u_(k+1)|| / max(||u_k||, ||f||)</c> over blocks and fields, computed in double precision; without a data term that is
    /// <c>||u_(k+1)|| / ||u_k||</c>.
    /// </summary>
    public static double Largest(SymmetricNetwork network, Parameters parameters, IReadOnlyList<Field<float>> fields, IReadOnlyList<double> sigmas)
    {
        double largest = 0;
        bool data = network.Options.Terms.HasFlag(NetworkTerms.Data);
        for (int i = 0; i < fields.Count; i++)
        {
            BoundGraph<double> graph = network.Bind<double>(parameters, sigmas[i]);
            FieldGraphMemory<double> memory = graph.CreateMemory(fields[i].Rows, fields[i].Columns);
            for (int k = 0; k < memory.Input.Values.Length; k++)
            {
                memory.Input.Values[k] = fields[i].Values[k];
            }

            graph.Run(memory);
            double start = Norm(memory.Input), before = start;
            foreach (int value in network.BlockValues)
            {
                double norm = Norm(memory.Value(value));
                largest = Math.Max(largest, norm / (data ? Math.Max(before, start) : before));
                before = norm;
            }
        }

        return largest;
    }

    private static double Norm(Field<double> field)
    {
        double sum = 0;
        foreach (double value in field.Values)
        {
            sum += value * value;
        }

        return Math.Sqrt(sum);
    }
}
