using System.Numerics;
using Unrolled.Numerics;

namespace Unrolled.Learning.Rules;

/// <summary>
/// Tries all small learners on a task. Programs that end with the same memory share its predictions, 64 samples go through the columns at
/// once, and all columns through the examples.
/// </summary>
/// <remarks>Work at most 2^18 x d x samples / 64 word operations per instance, and as a rule a few percent of it.</remarks>
public static class SmallLearnerEnumeration
{
    private const int Tables = 256, Folds = 512;

    /// <summary>Draws instances of a task and counts the programs that solve them.</summary>
    /// <param name="kind">The task.</param>
    /// <param name="instances">How many instances are drawn.</param>
    /// <param name="stream">Where they are drawn from.</param>
    /// <param name="cancellationToken">Looked at before every table.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static SmallLearnerCounts Count(SmallTaskKind kind, int instances, RandomStream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(instances, 1);
        return Count([.. Enumerable.Range(0, instances).Select(n => new SmallTask(kind, stream.Split((ulong)n)))], cancellationToken);
    }

    /// <summary>Counts the programs that solve these instances of one task.</summary>
    /// <param name="instances">The instances.</param>
    /// <param name="cancellationToken">Looked at before every table.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static SmallLearnerCounts Count(IReadOnlyList<SmallTask> instances, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(instances);
        ArgumentOutOfRangeException.ThrowIfLessThan(instances.Count, 1, nameof(instances));
        int[] exact = new int[instances.Count], rightOfAll = new int[SmallLearner.Programs];
        int samples = 0;
        for (int n = 0; n < instances.Count; n++)
        {
            SmallTask task = instances[n];
            samples += task.Samples.Length;
            var known = new Dictionary<int, int[]>();
            Slices slices = new(task);
            for (int update = 0; update < 2 * Tables; update++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int memory = Memory(task, update & (Tables - 1), update / Tables);
                if (!known.TryGetValue(memory, out int[]? right))
                {
                    known.Add(memory, right = [.. Enumerable.Range(0, Folds).Select(f => slices.Right(memory, f & (Tables - 1), f / Tables))]);
                }

                for (int fold = 0; fold < Folds; fold++)
                {
                    int program = (update & (Tables - 1)) | ((fold & (Tables - 1)) << 8) | ((update / Tables) << 16) | ((fold / Tables) << 17);
                    rightOfAll[program] += right[fold];
                    exact[n] += right[fold] == task.Samples.Length ? 1 : 0;
                }
            }
        }

        int first = Array.IndexOf(rightOfAll, samples);
        return new SmallLearnerCounts(
            instances[0].Kind, exact, rightOfAll.Count(r => r == samples), first < 0 ? null : new SmallLearner(first), rightOfAll.Max() / (double)samples);
    }

    /// <summary>The memory of all columns after the examples, bit j for column j.</summary>
    private static int Memory(SmallTask task, int update, int first)
    {
        int all = (1 << task.Bits) - 1, w = first * all;
        for (int i = 0; i < task.Examples.Length; i++)
        {
            int x = task.Examples[i], rows = task.Labels[i] ? update >> 4 : update & 15;
            int next = (rows & 1) != 0 ? ~w & ~x : 0;
            next |= (rows & 2) != 0 ? w & ~x : 0;
            next |= (rows & 4) != 0 ? ~w & x : 0;
            next |= (rows & 8) != 0 ? w & x : 0;
            w = next & all;
        }

        return w;
    }

    /// <summary>The samples of a task, 64 to a word, column by column.</summary>
    private sealed class Slices
    {
        private readonly ulong[] _columns, _answers;
        private readonly int _bits, _words, _samples;

        public Slices(SmallTask task)
        {
            (_bits, _samples, _words) = (task.Bits, task.Samples.Length, (task.Samples.Length + 63) / 64);
            (_columns, _answers) = (new ulong[_bits * _words], new ulong[_words]);
            for (int i = 0; i < _samples; i++)
            {
                _answers[i / 64] |= task.Answers[i] ? 1UL << (i % 64) : 0;
                for (int j = 0; j < _bits; j++)
                {
                    _columns[(j * _words) + (i / 64)] |= (ulong)((task.Samples[i] >> j) & 1) << (i % 64);
                }
            }
        }

        /// <summary>How many samples a fold answers right with a memory.</summary>
        public int Right(int memory, int fold, int first)
        {
            int wrong = 0;
            for (int word = 0; word < _words; word++)
            {
                ulong a = first == 0 ? 0 : ulong.MaxValue;
                for (int j = 0; j < _bits; j++)
                {
                    ulong x = _columns[(j * _words) + word];
                    int rows = fold >> (2 * ((memory >> j) & 1)); // bits 0, 1: x = 0; bits 4, 5: x = 1
                    ulong zero = Choose(rows, a), one = Choose(rows >> 4, a);
                    a = zero ^ (x & (zero ^ one));
                }

                ulong used = word == _words - 1 && _samples % 64 != 0 ? (1UL << (_samples % 64)) - 1 : ulong.MaxValue;
                wrong += BitOperations.PopCount((a ^ _answers[word]) & used);
            }

            return _samples - wrong;
        }

        /// <summary>Row a of two rows, without branches.</summary>
        private static ulong Choose(int rows, ulong a) => (a & (0UL - ((ulong)(rows >> 1) & 1))) | (~a & (0UL - ((ulong)rows & 1)));
    }
}
