using Unrolled.Numerics;
using Unrolled.Operators;

namespace Unrolled.Problems.PowerFlow;

/// <summary>
/// The mismatch of AC power flow in polar coordinates, in per unit, for variants of one network: branches out or weakened, other
/// loads, other dispatch, one variant per instance.
/// </summary>
/// <remarks>
/// <para>
/// Unknowns x: see <see cref="PowerFlowUnknowns"/>. Equations (Zimmerman, Murillo-Sanchez, Thomas 2011): with
/// <c>V_i = |V_i| e^(j angle_i)</c> and the admittances of <see cref="PowerBranch.Admittances"/>,
/// <c>F = P_i(x) - (Pg_i - Pd_i)</c> for every bus but the slack bus, then <c>Q_i(x) - (Qg_i - Qd_i)</c> for every PQ bus, where
/// <c>P_i + j Q_i = V_i conj(Ysh_i V_i + sum of branch currents)</c> leaves the bus.
/// </para>
/// <para>
/// A branch enters times its status factor <c>u</c>: 1 in service, 0 out, and between them a part of its admittances. Pattern and
/// tables are those of the intact network, so all instances share them. Limits of reactive power are not enforced: a PV bus keeps its
/// magnitude whatever that takes. Where <c>F = 0</c> has no solution, or a lower one than meant, is not checked here.
/// </para>
/// <para>
/// Work per instance: one sine and cosine, some 40 operations per branch for <see cref="Evaluate"/> and <see cref="Linearize"/>, some
/// 20 per branch for a product and for the entries. Between calls <see cref="Linearize"/> leaves two numbers per branch in service and three per PQ bus. No memory
/// is kept; working memory comes from the shared pool, so that any number of threads may use one operator.
/// </para>
/// <para>Reference: Zimmerman, Murillo-Sanchez, Thomas, IEEE Trans. Power Syst. 26(1), 12-19, 2011, doi:10.1109/TPWRS.2010.2051168.</para>
/// </remarks>
public sealed class PowerFlowOperator : INonlinearOperator
{
    private readonly PowerFlowTables _tables;
    private readonly Batch _status;
    private readonly Batch _specified;

    /// <summary>Creates the operator.</summary>
    /// <param name="network">The network.</param>
    /// <param name="branchStatus">Status factors in 0..1, shape (branches, instances), one row per element of
    /// <see cref="PowerNetwork.Branches"/>; null for 1. Branches out of service in the network stay out.</param>
    /// <param name="injections">Loads and generation; null for those of the network.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or a factor is outside 0..1.</exception>
    public PowerFlowOperator(PowerNetwork network, Batch? branchStatus = null, PowerInjections? injections = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        Network = network;
        Unknowns = new PowerFlowUnknowns(network);
        Injections = injections ?? PowerInjections.Of(network);
        JacobianPattern = PowerFlowPattern.Of(network, Unknowns);
        _tables = PowerFlowPattern.Tables(network, Unknowns, JacobianPattern);
        _status = Status(network, branchStatus);
        Guard.Equal(Injections.Buses, network.Buses.Length, "the number of buses of the injections", "that of the network");
        if (_status.Instances != 1 && Injections.Instances != 1)
        {
            Guard.Equal(Injections.Instances, _status.Instances, "the number of instances of the injections", "that of the branch status");
        }

        _specified = Injections.Specified(Unknowns);
    }

    private PowerFlowOperator(PowerFlowOperator other, Batch status, Batch specified, PowerInjections injections)
    {
        (Network, Unknowns, JacobianPattern, _tables) = (other.Network, other.Unknowns, other.JacobianPattern, other._tables);
        (_status, _specified, Injections) = (status, specified, injections);
    }

    /// <summary>The intact network.</summary>
    public PowerNetwork Network { get; }

    /// <summary>The order of unknowns and equations.</summary>
    public PowerFlowUnknowns Unknowns { get; }

    /// <summary>Loads and generation.</summary>
    public PowerInjections Injections { get; }

    /// <inheritdoc/>
    public int Components => Unknowns.Components;

    /// <inheritdoc/>
    public int Instances => Math.Max(_status.Instances, Injections.Instances);

    /// <inheritdoc/>
    public int LinearizationComponents => _tables.LinearizationComponents;

    /// <inheritdoc/>
    public SparsityPattern JacobianPattern { get; }

    /// <summary>The status factor of an element of <see cref="PowerNetwork.InServiceBranches"/> in an instance.</summary>
    public double StatusOf(int inServiceBranch, int instance) => _status[inServiceBranch, _status.Instances == 1 ? 0 : instance];

    /// <inheritdoc/>
    public void Evaluate(Batch x, Batch destination)
    {
        Check(x, Components, x.Instances, nameof(x));
        Check(destination, Components, x.Instances, nameof(destination));
        PowerFlowKernels.Evaluate(_tables, _status, _specified, x, destination);
    }

    /// <inheritdoc/>
    public void Linearize(Batch x, Batch linearization)
    {
        Check(x, Components, x.Instances, nameof(x));
        Check(linearization, LinearizationComponents, x.Instances, nameof(linearization));
        PowerFlowKernels.Linearize(_tables, _status, x, linearization);
    }

    /// <inheritdoc/>
    public void ApplyJacobian(Batch x, Batch linearization, Batch v, Batch destination)
    {
        Check(x, Components, v.Instances, nameof(x));
        Check(linearization, LinearizationComponents, v.Instances, nameof(linearization));
        Check(v, Components, v.Instances, nameof(v));
        Check(destination, Components, v.Instances, nameof(destination));
        PowerFlowKernels.ApplyJacobian(_tables, linearization, v, destination);
    }

    /// <inheritdoc/>
    public void JacobianEntries(Batch x, Batch linearization, Batch entries)
    {
        Check(x, Components, entries.Instances, nameof(x));
        Check(linearization, LinearizationComponents, entries.Instances, nameof(linearization));
        Check(entries, JacobianPattern.Count, entries.Instances, nameof(entries));
        PowerFlowEntryKernels.Entries(_tables, linearization, entries);
    }

    /// <summary>
    /// <c>destination = mismatch / V</c>, each row over the voltage magnitude of its bus: what the matrices of
    /// <see cref="FastDecoupledMatrices"/> are applied to.
    /// </summary>
    public void DivideByMagnitude(Batch x, Batch mismatch, Batch destination)
    {
        Check(x, Components, x.Instances, nameof(x));
        Check(mismatch, Components, x.Instances, nameof(mismatch));
        Check(destination, Components, x.Instances, nameof(destination));
        PowerFlowKernels.DivideByMagnitude(_tables, x, mismatch, destination);
    }

    /// <inheritdoc/>
    public INonlinearOperator Select(ReadOnlySpan<int> instances, BatchArena? arena = null) => Instances == 1 ? this : new PowerFlowOperator(
        this,
        _status.Instances == 1 ? _status : _status.Select(instances, arena),
        Injections.Instances == 1 ? _specified : _specified.Select(instances, arena),
        Injections.Select(instances, arena));

    private static Batch Status(PowerNetwork network, Batch? given)
    {
        Batch status = Batch.Zeros(network.InServiceBranches.Length, given?.Instances ?? 1);
        if (given is not Batch factors)
        {
            status.Values.Fill(1);
            return status;
        }

        Guard.Equal(factors.Components, network.Branches.Length, "the number of rows of the branch status", "that of branches");
        for (int k = 0; k < status.Components; k++)
        {
            factors.Row(network.InServiceBranches[k]).CopyTo(status.Row(k));
        }

        foreach (double factor in status.Values)
        {
            if (!(factor >= 0 && factor <= 1))
            {
                throw new ArgumentException($"a branch status is {factor}, expected 0..1", nameof(given));
            }
        }

        return status;
    }

    private void Check(Batch batch, int components, int instances, string name)
    {
        if (batch.Components != components || batch.Instances != instances || (Instances != 1 && Instances != instances))
        {
            throw new ArgumentException(
                $"{name} is {batch.Components} x {batch.Instances} (components x instances), expected {components} x {(Instances == 1 ? instances : Instances)}", name);
        }
    }
}
