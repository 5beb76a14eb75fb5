using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Unrolled.Numerics;

namespace Unrolled.Cli.Sharing;

/// <summary>
/// What a training exchanges, counted where it happens, and the time that it would take on n ranks:
/// <c>t(n) = serial + sum_k compute_k ceil(items_k/n)/items_k + messages latency ceil(log2 n) + bytes/bandwidth</c>.
/// </summary>
/// <remarks>
/// A message is one all-gather, by recursive doubling; bytes are those that every rank receives. Items do not divide: eight patches keep at most eight
/// ranks busy. Serial is what is neither computed by items nor waited for. Not modeled: noise of the system, congestion, memory bandwidth that ranks
/// on one machine share, uneven items. The time is that from the first to the last shared step.
/// </remarks>
internal sealed class CommunicationCost(int ranks)
{
    /// <summary>Seconds for a short message between two machines of a usual cluster, calls included.</summary>
    public const double Latency = 5e-6;

    /// <summary>Bytes a second between two machines of a usual cluster (100 Gbit/s, less what the protocol takes).</summary>
    public const double Bandwidth = 1e10;

    private static readonly int[] Sizes = [1, 2, 4, 8, 16, 32, 64];

    private readonly double[] _computing = new double[Sizes.Length];
    private double _ownComputing;
    private double _waiting;
    private TimeSpan _busy; // processor time of exchanges from the first step on, then less that at the start
    private long _first;
    private long _last;
    private TimeSpan _lastUsage;

    /// <summary>The jobs that were shared.</summary>
    public long Steps { get; private set; }

    /// <summary>The bytes of their results.</summary>
    public long ResultBytes { get; private set; }

    /// <summary>The exchanges that were made; none by one rank.</summary>
    public long Messages { get; private set; }

    /// <summary>The bytes that they brought to every rank.</summary>
    public long Bytes { get; private set; }

    /// <summary>The time from the first to the last shared step.</summary>
    public double Seconds => Steps == 0 ? 0 : Stopwatch.GetElapsedTime(_first, _last).TotalSeconds;

    /// <summary>The time that is the same on any number of ranks.</summary>
    public double SerialSeconds => Math.Max(0, Seconds - _ownComputing - _waiting);

    /// <summary>
    /// The processor time of this rank from the end of its part of the first step on, exchanges left out: what the training would take here if nobody
    /// else used the machine and no rank had to wait.
    /// </summary>
    public double BusySeconds => Steps == 0 ? 0 : (_lastUsage - _busy).TotalSeconds;

    /// <summary>Takes a shared job into account.</summary>
    public void Add(SharedStep step)
    {
        (_last, _lastUsage) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        if (Steps++ == 0)
        {
            _busy = _lastUsage;
            _first = _last - (long)(step.Seconds * Stopwatch.Frequency);
        }

        ResultBytes += step.Bytes;
        _ownComputing += step.Seconds;
        if (step.OwnItems > 0)
        {
            for (int i = 0; i < Sizes.Length; i++)
            {
                _computing[i] += step.Seconds / step.OwnItems * ((step.Items + Sizes[i] - 1) / Sizes[i]);
            }
        }
    }

    /// <summary>Takes an exchange into account.</summary>
    /// <param name="bytes">What it brought to every rank.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="processor">The processor time that it took of this rank.</param>
    public void AddExchange(long bytes, double seconds, TimeSpan processor)
    {
        (_last, _lastUsage) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        _waiting += Steps > 0 ? seconds : 0;
        _busy += Steps > 0 ? processor : TimeSpan.Zero;
        (Messages, Bytes) = (Messages + 1, Bytes + bytes);
    }

    /// <summary>The predicted time on a number of ranks, a power of two up to 64.</summary>
    public double Predict(int ranksThen)
    {
        int at = Array.IndexOf(Sizes, ranksThen);
        ArgumentOutOfRangeException.ThrowIfNegative(at, nameof(ranksThen));
        int rounds = (int)Math.Ceiling(Math.Log2(ranksThen));
        double exchange = ranksThen == 1 ? 0 : (Steps * Latency * rounds) + (ResultBytes / Bandwidth);
        return SerialSeconds + _computing[at] + exchange;
    }

    /// <summary>A few sentences for people.</summary>
    public IEnumerable<string> Lines()
    {
        if (Steps == 0)
        {
            yield return "this training shares no work: the first rank does it alone";
            yield break;
        }

        yield return string.Create(CultureInfo.InvariantCulture,
            $"{ranks}; {Steps} shared steps in {NumberText.Duration(Seconds)}, {SerialSeconds / Math.Max(Seconds, 1e-9):0.#%} of it serial, {_waiting / Math.Max(Seconds, 1e-9):0.#%} exchanging");
        yield return string.Create(CultureInfo.InvariantCulture, $"{Volume(ResultBytes / (double)Steps)} and 1 message a step");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"speed-up expected at {Latency * 1e6:0.#} us and {Bandwidth / 1e9:0.#} GB/s: {string.Join(", ", Sizes[1..].Select(n => string.Create(CultureInfo.InvariantCulture, $"{n} ranks {Predict(1) / Predict(n):0.#}")))}");
    }

    /// <summary>The same for a log or a document.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("ranks", ranks);
        json.WriteNumber("steps", Steps);
        json.WriteNumber("bytesPerStep", Steps == 0 ? 0 : (double)ResultBytes / Steps);
        json.WriteNumber("messages", Messages);
        json.WriteNumber("bytes", Bytes);
        json.WriteNumber("seconds", Seconds);
        json.WriteNumber("serialSeconds", SerialSeconds);
        json.WriteNumber("exchangeSeconds", _waiting);
        json.WriteNumber("busySeconds", BusySeconds);
        json.WriteNumber("latency", Latency);
        json.WriteNumber("bandwidth", Bandwidth);
        json.WriteStartObject("expectedSpeedUp");
        foreach (int size in Sizes[1..])
        {
            json.WriteNumber(size.ToString(CultureInfo.InvariantCulture), Steps == 0 ? 1 : Predict(1) / Predict(size));
        }

        json.WriteEndObject();
    }

    private static string Volume(double bytes) => bytes switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} bytes"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
    };
}
