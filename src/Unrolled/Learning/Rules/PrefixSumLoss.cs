using Unrolled.Numerics;

namespace Unrolled.Learning.Rules;

/// <summary>The mean cross-entropy of the prefixes of a batch of random strings, with its gradient through the last iterations.</summary>
/// <remarks>
/// A few strings at a time are a work item with a random stream and a gradient of its own; gradients are added in the order of the items, so
/// that the number of threads changes no bit. In single precision, sums over items in double.
/// </remarks>
internal sealed class PrefixSumLoss : IDisposable
{
    private const int StringsOfItem = 8;

    private readonly PrefixSumNetwork _network;
    private readonly PrefixSumFitOptions _options;
    private readonly RankTeam _team;
    private readonly Worker[] _workers;
    private readonly float[][] _gradients;
    private readonly double[] _losses;
    private PrefixSumBanks<float>? _banks;
    private RandomStream? _stream;
    private int _length;
    private int _skipped;
    private int _trained;

    public PrefixSumLoss(PrefixSumNetwork network, PrefixSumFitOptions options)
    {
        (_network, _options) = (network, options);
        int items = (options.BatchSize + StringsOfItem - 1) / StringsOfItem;
        _gradients = [.. Enumerable.Range(0, items).Select(_ => new float[network.ParameterCount])];
        _losses = new double[items];
        _workers = [.. Enumerable.Range(0, options.Threads).Select(_ => new Worker())];
        _team = new RankTeam(options.Threads, options.Ranks, Evaluate, Exchange);
    }

    /// <summary>The loss at some weights of strings of a length that the stream draws; the gradient is written.</summary>
    public double Evaluate(ReadOnlySpan<double> weights, int length, RandomStream stream, Span<double> gradient)
    {
        (_banks, _stream, _length) = (_network.Bind<float>(weights), stream, length);
        RandomStream steps = stream.Split("iterations");
        _skipped = steps.NextIndex(_options.Skipped + 1);
        _trained = 1 + steps.NextIndex(_options.Iterations);
        _team.Run(_gradients.Length);
        gradient.Clear();
        double loss = 0;
        for (int i = 0; i < _gradients.Length; i++)
        {
            loss += _losses[i];
            for (int k = 0; k < gradient.Length; k++)
            {
                gradient[k] += _gradients[i][k];
            }
        }

        return loss / ((double)_options.BatchSize * length);
    }

    public void Dispose() => _team.Dispose();

    private void Evaluate(int thread, int item)
    {
        int count = Math.Min(StringsOfItem, _options.BatchSize - (item * StringsOfItem));
        (PrefixSumPass<float> pass, PrefixSumStrings<float> strings) = _workers[thread].Of(_banks!, count, _length, _options.Iterations);
        strings.Draw(_stream!.Split((ulong)item));
        Span<float> gradient = _gradients[item];
        gradient.Clear();
        double scale = 1.0 / ((double)_options.BatchSize * _length);
        _losses[item] = pass.Train(_banks!, strings.Input, strings.Target, _skipped, _trained, scale, gradient);
    }

    private void Exchange(int item, ref ItemStream stream)
    {
        stream.Pass(ref _losses[item]);
        stream.Pass<float>(_gradients[item]);
    }

    /// <summary>The memory of a thread; the last batch item may be smaller, and strings grow.</summary>
    private sealed class Worker
    {
        private readonly Dictionary<int, (PrefixSumPass<float> Pass, PrefixSumStrings<float> Strings)> _memory = [];
        private int _length;

        public (PrefixSumPass<float> Pass, PrefixSumStrings<float> Strings) Of(PrefixSumBanks<float> banks, int count, int length, int trained)
        {
            if (_length != length)
            {
                _memory.Clear();
                _length = length;
            }

            if (!_memory.TryGetValue(count, out (PrefixSumPass<float>, PrefixSumStrings<float>) memory))
            {
                memory = (new(banks, count, length, trained), new(count, length));
                _memory.Add(count, memory);
            }

            return memory;
        }
    }
}
