namespace Unrolled.Newton;

/// <summary>
/// Told what a learned step does, operation by operation: how a trainer carries derivatives along the very step that is deployed.
/// Points are numbered: 0 is the iterate, 1 and 2 are displaced points.
/// </summary>
internal interface IStepWatch
{
    /// <summary><c>v_0</c> was computed from F at the iterate.</summary>
    void Started();

    /// <summary>A point was combined from the base and <paramref name="terms"/> evaluations with the weights from <paramref name="firstWeight"/> on.</summary>
    void Combined(int destination, int firstWeight, int terms);

    /// <summary><c>v_term</c> was computed at a point.</summary>
    void Evaluated(int point, int term);

    /// <summary>The iterate was updated and F computed there.</summary>
    void Updated();
}

/// <summary>Nobody is told.</summary>
internal readonly struct Unwatched : IStepWatch
{
    public void Started()
    {
    }

    public void Combined(int destination, int firstWeight, int terms)
    {
    }

    public void Evaluated(int point, int term)
    {
    }

    public void Updated()
    {
    }
}
