using Unrolled.Differentiation;
using Unrolled.Numerics;

namespace Unrolled.Learning;

/// <summary>The memory of one thread for the gradient of a rollout, with the compiled functions of one step of it.</summary>
internal sealed unsafe class RolloutGradient
{
    private readonly Rollout _rollout;
    private readonly Kernel _step;
    private readonly Kernel _reverse;
    private readonly Kernel _compare;
    private readonly int _states;
    private readonly int _coefficients;
    private readonly int _width;
    private readonly Batch _z;
    private readonly Batch _adjoint;
    private readonly Batch _gradient;
    private readonly Batch _loss;

    public RolloutGradient(Rollout rollout, int width)
    {
        _rollout = rollout;
        _states = rollout.Step.Inputs[0].Length;
        _coefficients = rollout.Step.Inputs[2].Length;
        _width = width;
        _step = rollout.Step.Kernel;
        _reverse = Reverse(rollout.Step).Kernel;
        _compare = Compare(_states, rollout.Observed).Kernel;
        _z = Batch.Zeros((rollout.Steps + 1) * _states, width);
        _adjoint = Batch.Zeros(_states, width);
        _gradient = Batch.Zeros(_coefficients, width);
        _loss = Batch.Zeros(1, width);
    }

    /// <summary>The weighted sum of squares of a chunk; its gradient is written to <paramref name="gradient"/>.</summary>
    public double Evaluate(RolloutChunk chunk, double[] theta, double[] gradient)
    {
        int row = _states * _width;
        double h = _rollout.StepSize, t = _rollout.StartTime;
        chunk.InitialState.CopyTo(_z.Values);
        _adjoint.Values.Clear();
        _gradient.Values.Clear();
        _loss.Values.Clear();
        fixed (double* p = chunk.EquationParameters, coefficients = theta, references = chunk.References, weights = chunk.Weights)
        {
            BatchPointer* inputs = stackalloc BatchPointer[] { default, new(p, _width), new(coefficients, 1), new(&h, 1), new(&t, 1) };
            BatchPointer* outputs = stackalloc BatchPointer[2];
            for (int n = 0; n < _rollout.Steps; n++)
            {
                t = _rollout.StartTime + (n * h);
                inputs[0] = new(_z.Pointer + (n * row), _width);
                outputs[0] = new(_z.Pointer + ((n + 1) * row), _width);
                _step.Run(inputs, outputs, _width);
            }

            BatchPointer adjoint = new(_adjoint.Pointer, _width), sum = new(_gradient.Pointer, _width), loss = new(_loss.Pointer, _width);
            BatchPointer* reverseInputs = stackalloc BatchPointer[] { default, inputs[1], inputs[2], inputs[3], inputs[4], adjoint, sum };
            BatchPointer* reverseOutputs = stackalloc BatchPointer[] { adjoint, sum };
            BatchPointer* compareInputs = stackalloc BatchPointer[] { adjoint, default, default, default, loss };
            BatchPointer* compareOutputs = stackalloc BatchPointer[] { adjoint, loss };
            for (int n = _rollout.Steps; n > 0; n--)
            {
                if (n % _rollout.CheckpointEvery == 0)
                {
                    int c = (n / _rollout.CheckpointEvery) - 1;
                    compareInputs[1] = new(_z.Pointer + (n * row), _width);
                    compareInputs[2] = new(references + (c * _rollout.Observed * _width), _width);
                    compareInputs[3] = new(weights + (c * _width), _width);
                    _compare.Run(compareInputs, compareOutputs, _width);
                }

                t = _rollout.StartTime + ((n - 1) * h);
                reverseInputs[0] = new(_z.Pointer + ((n - 1) * row), _width);
                _reverse.Run(reverseInputs, reverseOutputs, _width);
            }
        }

        for (int q = 0; q < _coefficients; q++)
        {
            gradient[q] = RowOperations.Sum(_gradient.Row(q));
        }

        return RowOperations.Sum(_loss.Row(0));
    }

    /// <summary>(z, p, θ, h, t, λ, g) -> ((dStep/dz)' λ, g + (dStep/dθ)' λ).</summary>
    private static Function Reverse(Function step) => ReverseMode.DifferentiateInto(step, carried: 0, summed: 2);

    /// <summary>(λ, z, y*, w, l) -> (λ + 2 w² (y - y*), l + w² |y - y*|²).</summary>
    private static Function Compare(int states, int observed)
    {
        FunctionBuilder builder = new();
        Expression[] lambda = builder.Input("lambda", states), z = builder.Input("z", states), reference = builder.Input("reference", observed);
        Expression weight = builder.Input("w", 1)[0], loss = builder.Input("l", 1)[0], square = weight * weight;
        Expression[] next = [.. lambda];
        for (int d = 0; d < observed; d++)
        {
            Expression difference = z[d] - reference[d], scaled = square * difference;
            next[d] = lambda[d] + (2 * scaled);
            loss += scaled * difference;
        }

        return builder.Output("next", next).Output("loss", loss).Build();
    }
}
