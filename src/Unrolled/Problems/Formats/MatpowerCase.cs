namespace Unrolled.Problems.Formats;

/// <summary>The matrices of a MATPOWER case file of version 2 that power flow needs, as they stand in the file.</summary>
/// <param name="Source">The name of the file in messages.</param>
/// <param name="BaseMva">The power base in MVA, above 0.</param>
/// <param name="Buses">bus_i, type, Pd, Qd, Gs, Bs, area, Vm, Va, baseKV, zone, Vmax, Vmin: MW, MVAr, per unit, degrees.</param>
/// <param name="Generators">bus, Pg, Qg, Qmax, Qmin, Vg, mBase, status, Pmax, Pmin: MW, MVAr, per unit.</param>
/// <param name="Branches">fbus, tbus, r, x, b, rateA, rateB, rateC, ratio, angle, status: per unit, MVA, degrees.</param>
public sealed record MatpowerCase(string Source, double BaseMva, MatpowerTable Buses, MatpowerTable Generators, MatpowerTable Branches);
