using System.Numerics;

namespace Unrolled.Problems.PowerFlow;

/// <summary>A bus of a network, powers in per unit of the network's base.</summary>
/// <param name="Number">The bus number of the file.</param>
/// <param name="Kind">What is given at the bus.</param>
/// <param name="Load">Power drawn by the load, P + jQ.</param>
/// <param name="Shunt">Admittance to ground, G + jB.</param>
/// <param name="Generation">Power of all generators in service at the bus, P + jQ.</param>
/// <param name="Magnitude">Voltage magnitude: the set point of a generator or slack bus, else the value of the file (a start).</param>
/// <param name="Angle">Voltage angle in radians: given at the slack bus, else the value of the file (a start).</param>
/// <param name="LowestMagnitude">Lower limit of the voltage magnitude; not enforced.</param>
/// <param name="HighestMagnitude">Upper limit of the voltage magnitude; not enforced.</param>
public sealed record PowerBus(
    int Number, PowerBusKind Kind, Complex Load, Complex Shunt, Complex Generation, double Magnitude, double Angle,
    double LowestMagnitude, double HighestMagnitude);
