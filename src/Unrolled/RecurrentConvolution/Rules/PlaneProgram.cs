using System.Collections.Concurrent;
using Unrolled.Numerics;

namespace Unrolled.RecurrentConvolution.Rules;

/// <summary>
/// A rule as instructions on bit planes. Planes 0 .. n-1 are the inputs, plane n is <c>in</c> of the cell itself, then come the k
/// outputs, which are 0 outside the grid, and last the scratch planes.
/// </summary>
/// <remarks>Scratch planes are used again as soon as nothing reads them any more.</remarks>
internal sealed class PlaneProgram
{
    private readonly ConcurrentDictionary<(bool, PlaneOrder), PlaneBody?> _bodies = new();

    public PlaneProgram(CellRule rule)
    {
        Circuit circuit = Circuit.Of(rule.Next);
        int[] reached = circuit.Reached();
        Inputs = rule.Inputs.ToArray();
        int inside = Inputs.Length, firstOutput = inside + 1, firstScratch = firstOutput + circuit.Outputs.Length, scratch = 0;
        var plane = new int[circuit.Nodes.Count];
        var lastUse = new int[circuit.Nodes.Count];
        var free = new Stack<int>();
        foreach (int id in reached)
        {
            foreach (int edge in circuit.Nodes[id].Operands())
            {
                lastUse[edge >> 1] = id;
            }
        }

        foreach (int edge in circuit.Outputs)
        {
            lastUse[edge >> 1] = int.MaxValue;
        }

        var list = new List<PlaneInstruction>();
        foreach (int id in reached)
        {
            CircuitNode node = circuit.Nodes[id];
            if (node.Gate is CircuitGate.Constant or CircuitGate.Input)
            {
                plane[id] = node.Gate == CircuitGate.Input ? node.A : inside;
                continue;
            }

            int a = plane[node.A >> 1], b = plane[node.B >> 1], c = plane[node.C >> 1];
            foreach (int operand in node.Operands().Select(edge => edge >> 1).Distinct())
            {
                if (lastUse[operand] == id && plane[operand] >= firstScratch)
                {
                    free.Push(plane[operand]);
                }
            }

            plane[id] = free.TryPop(out int again) ? again : firstScratch + scratch++;
            list.Add(Instruction(node, plane[id], a, b, c));
        }

        Scratch = scratch;
        for (int bit = 0; bit < circuit.Outputs.Length; bit++)
        {
            int edge = circuit.Outputs[bit], source = plane[edge >> 1];
            bool complement = (edge & 1) != 0 ^ (edge >> 1) == 0; // the constant 0 is "in and not in"
            list.Add(new PlaneInstruction(complement ? PlaneOperation.AndNot : PlaneOperation.And, firstOutput + bit, inside, source, source));
        }

        Instructions = [.. list];
        Signals = Quiescence.SignalsOf(rule);
        OutputCount = circuit.Outputs.Length;
    }

    /// <summary>What planes 0 .. n-1 are.</summary>
    public CellInput[] Inputs { get; }

    /// <summary>The number of scratch planes.</summary>
    public int Scratch { get; }

    /// <summary>What to do, in order.</summary>
    public PlaneInstruction[] Instructions { get; }

    /// <summary>Which bits are signals without which the state stands still; null if there are none such.</summary>
    public bool[]? Signals { get; }

    /// <summary>k.</summary>
    public int OutputCount { get; }

    /// <summary>A kernel that runs this program. Its code is made once, however many engines the rule has.</summary>
    /// <param name="wordsPerCell">0 if 64 columns share a word, so that neighbors to the side are shifts.</param>
    /// <param name="order">The order of chunks.</param>
    /// <param name="execution">How to run it.</param>
    public PlaneKernel Kernel(int wordsPerCell, PlaneOrder order, PlaneExecution execution)
    {
        var shifts = new PlaneShift[Inputs.Length + 1];
        for (int n = 0; n < Inputs.Length; n++)
        {
            shifts[n] = (wordsPerCell, Inputs[n].ColumnOffset) switch
            {
                (0, < 0) => PlaneShift.Up,
                (0, > 0) => PlaneShift.Down,
                _ => PlaneShift.None,
            };
        }

        bool[] signals = Signals ?? new bool[OutputCount];
        PlaneBody? body = execution == PlaneExecution.Interpreted ? null
            : _bodies.GetOrAdd((wordsPerCell > 0, order), _ => PlaneKernel.Compile(shifts, signals, Scratch, Instructions, order));
        return new PlaneKernel(shifts, signals, Scratch, Instructions, order, body);
    }

    private static PlaneInstruction Instruction(CircuitNode node, int to, int a, int b, int c) => node.Gate switch
    {
        CircuitGate.Xor => new(PlaneOperation.Xor, to, a, b, b),
        CircuitGate.Select => new((node.B & 1) == 0 ? PlaneOperation.Select : PlaneOperation.SelectNot, to, a, b, c),
        _ => (node.A & 1, node.B & 1) switch
        {
            (0, 0) => new(PlaneOperation.And, to, a, b, b),
            (0, 1) => new(PlaneOperation.AndNot, to, a, b, b),
            (1, 0) => new(PlaneOperation.AndNot, to, b, a, a),
            _ => new(PlaneOperation.Nor, to, a, b, b),
        },
    };
}
