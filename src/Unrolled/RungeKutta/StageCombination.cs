using System.Collections.Concurrent;
using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.RungeKutta;

/// <summary>
/// <c>y + (w_0 k_0 + w_1 k_1 + ...)</c> over whole batches, for steps that are taken stage by stage: with the bits of
/// <see cref="RungeKuttaStep"/>. A kernel for every number of terms, created at first use.
/// </summary>
internal sealed class StageCombination
{
    private readonly ConcurrentDictionary<int, Kernel> _kernels = [];
    private readonly ConcurrentDictionary<int, Kernel> _kernelsOfInstances = [];

    /// <summary>Writes the combination of the terms whose coefficient is not zero.</summary>
    /// <param name="y">The state.</param>
    /// <param name="coefficients">One for each of the vectors; zeros are left out.</param>
    /// <param name="scaled">The nonzero ones times the step, in memory that does not move.</param>
    /// <param name="k">The vectors, shaped like <paramref name="y"/>.</param>
    /// <param name="destination">Receives the result; may be <paramref name="y"/>.</param>
    public unsafe void Apply(Batch y, ReadOnlySpan<double> coefficients, double* scaled, Batch[] k, Batch destination)
    {
        int terms = coefficients.Length - coefficients.Count(0.0);
        if (terms == 0)
        {
            y.CopyTo(destination);
            return;
        }

        BatchPointer* inputs = stackalloc BatchPointer[terms + 2];
        int next = 2;
        for (int j = 0; j < coefficients.Length; j++)
        {
            if (coefficients[j] != 0)
            {
                inputs[next++] = new(k[j].Pointer, y.Length);
            }
        }

        Run(terms, inputs, y, scaled, destination);
    }

    /// <summary>Writes the combination of the first <paramref name="terms"/> vectors, zeros included.</summary>
    public unsafe void ApplyAll(Batch y, int terms, double* scaled, Batch[] k, Batch destination)
    {
        BatchPointer* inputs = stackalloc BatchPointer[terms + 2];
        for (int j = 0; j < terms; j++)
        {
            inputs[j + 2] = new(k[j].Pointer, y.Length);
        }

        Run(terms, inputs, y, scaled, destination);
    }

    /// <summary>Writes the combination of the terms whose coefficient is not zero.</summary>
    /// <param name="y">The state.</param>
    /// <param name="coefficients">One for each of the vectors; zeros are left out.</param>
    /// <param name="scaled">Rows of the nonzero ones times the step: one number for all instances, or one for each.</param>
    /// <param name="first">The row of the first of them.</param>
    /// <param name="k">The vectors, shaped like <paramref name="y"/>.</param>
    /// <param name="destination">Receives the result; may be <paramref name="y"/>.</param>
    public unsafe void Apply(Batch y, ReadOnlySpan<double> coefficients, Batch scaled, int first, Batch[] k, Batch destination)
    {
        double* w = scaled.Pointer + (first * scaled.Instances);
        if (scaled.Instances == 1)
        {
            Apply(y, coefficients, w, k, destination);
            return;
        }

        int terms = coefficients.Length - coefficients.Count(0.0), lanes = y.Instances;
        Kernel kernel = _kernelsOfInstances.GetOrAdd(terms, n => Compose(n).With("w", InputKind.PerInstance).Kernel);
        BatchPointer* inputs = stackalloc BatchPointer[terms + 2];
        for (int i = 0; i < y.Components; i++)
        {
            inputs[0] = new(y.Pointer + (i * lanes), lanes);
            inputs[1] = new(w, lanes);
            int next = 2;
            for (int j = 0; j < coefficients.Length; j++)
            {
                if (coefficients[j] != 0)
                {
                    inputs[next++] = new(k[j].Pointer + (i * lanes), lanes);
                }
            }

            BatchPointer output = new(destination.Pointer + (i * lanes), lanes);
            kernel.Run(inputs, &output, lanes);
        }
    }

    private unsafe void Run(int terms, BatchPointer* inputs, Batch y, double* scaled, Batch destination)
    {
        inputs[0] = new(y.Pointer, y.Length);
        inputs[1] = new(scaled, 1);
        BatchPointer output = new(destination.Pointer, y.Length);
        _kernels.GetOrAdd(terms, Build).Run(inputs, &output, y.Length);
    }

    private static Kernel Build(int terms) => Compose(terms).Kernel;

    private static Function Compose(int terms)
    {
        FunctionBuilder builder = new();
        Expression[] y = builder.Input("y", 1), w = builder.Uniform("w", terms);
        (Expression, Expression[])[] sum = [.. Enumerable.Range(0, terms).Select(j => (w[j], builder.Input($"k{j}", 1)))];
        return builder.Output("point", RungeKuttaStep.Displace(y, sum)).Build();
    }
}
