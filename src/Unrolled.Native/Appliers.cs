using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Deployment.Integrators;
using Unrolled.Deployment.Rules;
using Unrolled.Numerics;
using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Learners;
using Unrolled.RungeKutta;

namespace Unrolled.Native;

/// <summary>Models that need no callback: integrators with the equations of their family, denoisers, learners of labels.</summary>
internal static unsafe class Appliers
{
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Integrate(
        nint model, int parameterCount, double* parameters, int stateCount, double* states, double startTime, double horizon, int steps, double* trajectory,
        RunOutcome* outcome, byte* text, int textSize) => new Call(text, textSize).Run(() =>
    {
        LearnedIntegrator learned = Call.Model(model).Integrator;
        Guard.Count(stateCount, learned.Family.Function.Inputs[0].Length, "states");
        Guard.Count(parameterCount, learned.Family.Function.Inputs[1].Length, "parameters");
        Guard.NotNull(states, "the states");
        Guard.Positive(steps, "the number of steps");
        if (parameterCount > 0)
        {
            Guard.NotNull(parameters, "the parameters");
        }

        var y = new Span<double>(states, stateCount);
        var p = new ReadOnlySpan<double>(parameters, parameterCount);
        Batch of = Batch.Zeros(parameterCount, 1);
        p.CopyTo(of.Values);
        string? reason = learned.ReasonToFallBack(horizon / steps, p);
        IFixedStepMethod method = reason is null ? learned.Method : learned.Parent;
        var problem = new InitialValueProblem(learned.Family.Function, Batch.Of(y), of, horizon, startTime);
        Trajectories run = method.Integrate(problem, steps, new IntegrationOptions { Checkpoints = trajectory is null ? 1 : steps, Threads = 1 });
        IntegrationOutcome ended = run.Outcomes[0];
        if (trajectory is not null)
        {
            y.CopyTo(new Span<double>(trajectory, stateCount));
            for (int k = 0; k < steps; k++)
            {
                for (int i = 0; i < stateCount; i++)
                {
                    trajectory[((k + 1L) * stateCount) + i] = run.Completed || k < ended.Steps ? run[k, i, 0] : double.NaN;
                }
            }
        }

        run.Last.Values.CopyTo(y);
        if (outcome is not null)
        {
            *outcome = new RunOutcome
            {
                Termination = run.Completed ? (int)Termination.Converged : (int)Termination.NonFinite,
                Steps = ended.Steps,
                Evaluations = (int)Math.Min(method.Evaluations(steps), int.MaxValue),
                Fallbacks = reason is null ? 0 : ended.Steps,
                Residual = double.NaN,
                RelativeResidual = double.NaN,
            };
        }

        return run.Completed
            ? (Status.Ok, reason is null ? string.Empty : $"the classical parent {method.Name} was used: {reason}")
            : (Status.NotConverged, FormattableString.Invariant($"{ended.Termination.Message()} (at time {ended.Time:g6} after {ended.Steps} steps of {method.Name}); {ended.Termination.Remedy()}"));
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int DenoiseSingle(nint model, int rows, int columns, double sigma, float* values, byte* text, int textSize) => new Call(text, textSize).Run(() =>
    {
        Guard.NotNull(values, "the values");
        LearnedDenoiser denoiser = Call.Model(model).Denoiser;
        Field<float> field = FieldFor(denoiser, rows, columns, sigma);
        var own = new Span<float>(values, checked(rows * columns));
        own.CopyTo(field.Values);
        denoiser.Denoise(field, sigma).Values.CopyTo(own);
        return (Status.Ok, Note(denoiser, sigma));
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int DenoiseDouble(nint model, int rows, int columns, double sigma, double* values, byte* text, int textSize) => new Call(text, textSize).Run(() =>
    {
        Guard.NotNull(values, "the values");
        LearnedDenoiser denoiser = Call.Model(model).Denoiser;
        Field<float> field = FieldFor(denoiser, rows, columns, sigma);
        for (int k = 0; k < field.Values.Length; k++)
        {
            field.Values[k] = (float)values[k];
        }

        Field<float> clean = denoiser.Denoise(field, sigma);
        for (int k = 0; k < clean.Values.Length; k++)
        {
            values[k] = clean.Values[k];
        }

        return (Status.Ok, Note(denoiser, sigma));
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Predict(
        nint model, int bits, int exampleCount, byte* examples, byte* labels, int queryCount, byte* queries, byte* predictions, byte* determined, int* contradictions,
        byte* text, int textSize) => new Call(text, textSize).Run(() =>
    {
        LearnedRule learned = Call.Model(model).Learner;
        Guard.Positive(bits, "the number of bits");
        Guard.Positive(exampleCount, "the number of examples");
        Guard.Positive(queryCount, "the number of queries");
        Guard.NotNull(examples, "the examples");
        Guard.NotNull(labels, "the labels");
        Guard.NotNull(queries, "the queries");
        Guard.NotNull(predictions, "the place for the predictions");
        bool[] known = new bool[exampleCount];
        for (int i = 0; i < exampleCount; i++)
        {
            known[i] = Bit(labels, i, "label", i);
        }

        var given = new LabeledExamples(Rows(examples, exampleCount, bits, "example"), known);
        BitRows asked = Rows(queries, queryCount, bits, "query");
        IHypothesis hypothesis = learned.Classical.Learn(given);
        bool[] answers = learned.IsDiscovered ? learned.Rows().Predict(given, asked) : hypothesis.Predict(asked);
        bool[]? open = determined is null ? null : (hypothesis as ParityHypothesis ?? throw new ArgumentException(
            $"the learner '{learned.Learner}' does not know which labels the examples determine; give NULL for them")).Outside(asked);
        for (int t = 0; t < queryCount; t++)
        {
            predictions[t] = answers[t] ? (byte)1 : (byte)0;
            if (open is not null)
            {
                determined[t] = open[t] ? (byte)0 : (byte)1;
            }
        }

        if (contradictions is not null)
        {
            *contradictions = hypothesis.Contradictions;
        }

        return (Status.Ok, hypothesis.Contradictions == 0 ? string.Empty : $"{hypothesis.Contradictions} of {exampleCount} examples contradict the hypothesis; predictions may be wrong");
    });

    /// <summary>An image, or as many signals as there are rows.</summary>
    private static Field<float> FieldFor(LearnedDenoiser denoiser, int rows, int columns, double sigma)
    {
        Guard.Positive(rows, "the number of rows");
        Guard.Positive(columns, "the number of columns");
        if (!(sigma > 0) || !double.IsFinite(sigma))
        {
            throw new ArgumentException(FormattableString.Invariant($"sigma is {sigma}; a positive number is needed"));
        }

        return denoiser.Fields == FieldKind.Signals ? new Field<float>(rows, 1, 1, columns) : new Field<float>(1, 1, rows, columns);
    }

    private static string Note(LearnedDenoiser denoiser, double sigma) => sigma < denoiser.Noise.Least * 0.999 || sigma > denoiser.Noise.Largest * 1.001
        ? FormattableString.Invariant($"sigma {sigma:g4} lies outside [{denoiser.Noise.Least:g4}, {denoiser.Noise.Largest:g4}], for which the network was trained; values were scaled to the nearest level it knows")
        : string.Empty;

    private static BitRows Rows(byte* bytes, int count, int bits, string what)
    {
        nint from = (nint)bytes;
        return new BitRows(count, bits, (i, j) => Bit((byte*)from, ((long)i * bits) + j, what, i));
    }

    private static bool Bit(byte* bytes, long at, string what, int number) => bytes[at] switch
    {
        0 => false,
        1 => true,
        byte other => throw new ArgumentException($"{what} {number} holds the byte {other}; expected 0 or 1"),
    };
}
