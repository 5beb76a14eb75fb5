namespace Unrolled.Problems.PowerFlow;

/// <summary>What is given at a bus; the rest is unknown.</summary>
public enum PowerBusKind
{
    /// <summary>PQ: active and reactive power are given, magnitude and angle of the voltage unknown.</summary>
    Load = 1,

    /// <summary>PV: active power and voltage magnitude are given, the angle unknown.</summary>
    Generator = 2,

    /// <summary>The reference: voltage magnitude and angle are given; its generator takes what the others leave.</summary>
    Slack = 3,
}
