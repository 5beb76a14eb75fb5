using Unrolled.Numerics;

namespace Unrolled.Learning.Rules;

/// <summary>One restart of a search: a random rule, then annealing or more random rules, until all small problems are answered or the evaluations are used up.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class RuleRestart
{
    private const int FreeMovesPerEvaluation = 20;

    private readonly RuleSpace _space;
    private readonly RuleSearchOptions _options;
    private readonly RuleScorer _scorer;
    private byte[] _genes, _trial;

    public RuleRestart(RuleSpace space, RuleSearchOptions options, RuleScorer scorer)
    {
        (_space, _options, _scorer) = (space, options, scorer);
        (_genes, _trial) = (new byte[space.Values.Length], new byte[space.Values.Length]);
    }

    /// <summary>Runs from a stream of its own; null if it was stopped.</summary>
    public Outcome? Run(RandomStream stream, Func<bool> stop)
    {
        _space.Draw(stream, _genes);
        return _options.Method == RuleSearchMethod.Random ? Sample(stream, stop) : Anneal(stream, stop);
    }

    private Outcome? Sample(RandomStream stream, Func<bool> stop)
    {
        int best = -1, evaluations = 0;
        _genes.CopyTo(_trial, 0);
        do
        {
            if (evaluations % 256 == 0 && stop())
            {
                return null;
            }

            int score = _scorer.Score(_space.Decode(_trial), best + 1);
            evaluations++;
            if (score > best)
            {
                best = score;
                _trial.CopyTo(_genes, 0);
            }

            _space.Draw(stream, _trial);
        }
        while (best < _scorer.Answers && evaluations < _options.Evaluations);
        return new Outcome([.. _genes], best, evaluations);
    }

    private Outcome? Anneal(RandomStream stream, Func<bool> stop)
    {
        RuleCandidate current = _space.Decode(_genes);
        int score = _scorer.Score(current, 0), evaluations = 1, best = score, answers = _scorer.Answers;
        uint asked = _scorer.RowsAsked(current);
        byte[] bestGenes = [.. _genes];
        long moves = (long)_options.Evaluations * FreeMovesPerEvaluation;
        while (score < answers && evaluations < _options.Evaluations && moves-- > 0)
        {
            if ((moves & 255) == 0 && stop())
            {
                return null;
            }

            _genes.CopyTo(_trial, 0);
            _space.Mutate(stream, _trial);
            RuleCandidate trial = _space.Decode(_trial);
            if (trial.SameOn(asked, current))
            {
                (_genes, _trial, current) = (_trial, _genes, trial); // it does the same on all problems: no need to score it
                continue;
            }

            double temperature = _options.Hot + ((_options.Cold - _options.Hot) * evaluations / _options.Evaluations);
            int atLeast = score - (int)Math.Min(answers, answers * temperature * Exponential(stream));
            int next = _scorer.Score(trial, atLeast);
            evaluations++;
            if (next < atLeast)
            {
                continue;
            }

            (_genes, _trial, current, score) = (_trial, _genes, trial, next);
            asked = _scorer.RowsAsked(current);
            if (score > best)
            {
                best = score;
                _genes.CopyTo(bestGenes, 0);
            }
        }

        return new Outcome(bestGenes, best, evaluations);
    }

    /// <summary>An exponentially distributed number by comparisons alone (von Neumann, 1951), so that it has the same bits everywhere.</summary>
    private static double Exponential(RandomStream stream)
    {
        for (int whole = 0; ; whole++)
        {
            double first = stream.NextUniform(), last = first;
            for (int length = 1; ; length++)
            {
                double next = stream.NextUniform();
                if (next >= last)
                {
                    if (length % 2 == 1)
                    {
                        return whole + first;
                    }

                    break;
                }

                last = next;
            }
        }
    }

    /// <summary>The best rule of a restart.</summary>
    public sealed record Outcome(byte[] Genes, int Score, int Evaluations);
}
