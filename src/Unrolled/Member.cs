using Unrolled.Numerics;

namespace Unrolled;

/// <summary>One instance of a running chunk.</summary>
internal struct Member
{
    /// <summary>The instance's place in the whole batch.</summary>
    public int Place;

    /// <summary>Its place in this run's first problem.</summary>
    public int Problem;
    public double Reference;
    public double Target;
    public double Start;
    public double BestNorm;
    public double LowestNorm;
    public int LowestAt;
    public bool Ended;
    public Termination? Verdict;

    /// <summary>Where the instance is to be restarted, with what it had used by then.</summary>
    public Batch? RestartFrom;
    public Spent Leg;
}

/// <summary>What an instance has used in earlier legs of its run.</summary>
internal readonly record struct Spent(int Iterations, int Products, int PreconditionerApplications, int Restarts, int Fallbacks);
