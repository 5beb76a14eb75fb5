using Unrolled.Diffusion;
using Unrolled.Numerics;

namespace Unrolled.Benchmarks;

/// <summary>A network of symmetric steps on a batch of images; an image is the unit of work of a thread, its gradients are added in the order of images.</summary>
internal sealed class DiffusionNetworkRun : IDisposable
{
    private readonly SymmetricStep<float>[] _steps;
    private readonly SymmetricStepMemory<float>[] _memories;
    private readonly Field<float>[] _states;
    private readonly Field<float> _weights;
    private readonly Field<float> _gradients;
    private readonly Member[] _members;
    private readonly float[] _total;
    private readonly WorkerTeam _forward;
    private readonly WorkerTeam _training;

    public DiffusionNetworkRun(int filters, int size, int images, int rows, int columns, int steps, int threads)
    {
        var stream = new RandomStream(1);
        _steps = [.. Enumerable.Range(0, steps).Select(_ =>
            new SymmetricStep<float>(DiffusionSteps.Bank(1, filters, size, rows, stream), new FluxActivation<float>(Flux.PeronaMalik, Enumerable.Repeat(1f, filters).ToArray()), 0.5f))];
        _memories = [.. Enumerable.Range(0, threads).Select(_ => new SymmetricStepMemory<float>(_steps[0], rows, columns))];
        _states = [.. Enumerable.Range(0, steps + 1).Select(_ => new Field<float>(images, 1, rows, columns))];
        (_weights, _gradients) = (_states[0].ZerosLike(), _states[0].ZerosLike());
        DiffusionSteps.Fill(_states[0].Values, stream);
        DiffusionSteps.Fill(_weights.Values, stream);
        int kernels = _steps[0].Bank.Kernels.Length;
        _members = [.. Enumerable.Range(0, images * steps).Select(_ => new Member(new float[kernels + filters], kernels))];
        _total = new float[steps * (kernels + filters + 1)];
        _forward = new WorkerTeam(threads, ForwardImage);
        _training = new WorkerTeam(threads, TrainImage);
    }

    /// <summary>All steps of all images.</summary>
    public void Forward() => _forward.Run(_states[0].Instances);

    /// <summary>All steps forward and backward: gradients with respect to images, kernels, contrasts and step sizes.</summary>
    public void Train()
    {
        int images = _states[0].Instances;
        _training.Run(images);
        Array.Clear(_total);
        for (int n = 0; n < images; n++)
        {
            for (int i = 0, at = 0; i < _steps.Length; i++)
            {
                Member member = _members[(n * _steps.Length) + i];
                foreach (float number in member.Numbers)
                {
                    _total[at++] += number;
                }

                _total[at++] += member.Tau;
            }
        }
    }

    public void Dispose()
    {
        _forward.Dispose();
        _training.Dispose();
    }

    private void ForwardImage(int thread, int n)
    {
        for (int i = 0; i < _steps.Length; i++)
        {
            _steps[i].Apply(_states[i].Instance(n), _states[i + 1].Instance(n), _memories[thread]);
        }
    }

    private void TrainImage(int thread, int n)
    {
        ForwardImage(thread, n);
        Span<float> p = _gradients.Instance(n);
        _weights.Instance(n).CopyTo(p);
        for (int i = _steps.Length - 1; i >= 0; i--)
        {
            Member member = _members[(n * _steps.Length) + i];
            member.Clear();
            _steps[i].Backward(_states[i].Instance(n), p, p, member.Kernels, member.Contrasts, ref member.Tau, _memories[thread]);
        }
    }

    /// <summary>The gradients of one step on one image.</summary>
    private sealed class Member(float[] numbers, int kernels)
    {
        public float Tau;

        public ReadOnlySpan<float> Numbers => numbers;

        public Span<float> Kernels => numbers.AsSpan(0, kernels);

        public Span<float> Contrasts => numbers.AsSpan(kernels);

        public void Clear()
        {
            Array.Clear(numbers);
            Tau = 0;
        }
    }
}
