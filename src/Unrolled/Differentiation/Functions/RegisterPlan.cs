namespace Unrolled.Differentiation;

/// <summary>
/// Which values of a large function stand in registers and which in memory, decided before the machine-code compiler sees the function. A
/// value that finds no register goes to a place in memory that holds a whole aligned vector; of several the one goes whose next use is the
/// furthest (L. A. Belady, IBM Systems Journal 5 (1966) 78-101). Constants and values shared by all instances stand in memory from the start.
/// </summary>
/// <remarks>
/// Inputs are read right before their first use and outputs written at the end; where a function has more outputs than inputs, all inputs
/// are read first and every output is written as soon as it is known. Either way all loads of an instance precede its stores. Places are
/// reused, so their number is that of the values alive at the same time beyond the registers.
/// </remarks>
internal sealed class RegisterPlan
{
    private const int Never = int.MaxValue;

    private readonly Function _function;
    private readonly bool[] _isUniform;
    private readonly bool _writesEarly;
    private readonly (int Vector, int Component)[][] _outputs;
    private readonly int[] _order;
    private readonly int[][] _uses; // positions in the order, ascending; its length for outputs written at the end
    private readonly int[] _passed; // how many of the uses lie behind
    private readonly int[] _inRegister;
    private readonly int[] _inMemory;
    private readonly List<int> _resident = [];
    private readonly Stack<int> _freeRegisters = [];
    private readonly Stack<int> _freePlaces = [];
    private readonly List<PlannedStep> _steps = [];

    /// <summary>Plans a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="isUniform">Which nodes have the same value for all instances.</param>
    /// <param name="registers">How many values may stand in registers at a time; at least four.</param>
    public RegisterPlan(Function function, bool[] isUniform, int registers)
    {
        int count = function.Nodes.Length;
        (_function, _isUniform) = (function, isUniform);
        for (int register = registers; register > 0; register--)
        {
            _freeRegisters.Push(register - 1);
        }

        _writesEarly = function.Outputs.Sum(o => o.Length) > function.Nodes.Count(n => n.Operation == Operation.Input);
        _outputs = Outputs();
        _order = Order();
        _uses = Uses();
        _passed = new int[count];
        _inRegister = [.. Enumerable.Repeat(-1, count)];
        _inMemory = [.. Enumerable.Range(0, count).Select(i => isUniform[i] && function.Nodes[i].Operation != Operation.Constant ? PlaceCount++ : -1)];
        Array.ForEach(_order, Compute);
        foreach (int node in Enumerable.Range(0, count).Where(i => !IsWrittenEarly(i)))
        {
            Write(node);
        }
    }

    /// <summary>What to do for one vector of instances, in order.</summary>
    public IReadOnlyList<PlannedStep> Steps => _steps;

    /// <summary>How many vectors of memory are needed.</summary>
    public int PlaceCount { get; private set; }

    /// <summary>The place of a value that is the same for all instances; -1 for a constant.</summary>
    public int UniformPlace(int node) => _inMemory[node];

    private (int Vector, int Component)[][] Outputs()
    {
        List<(int, int)>[] outputs = [.. _function.Nodes.Select(_ => new List<(int, int)>())];
        for (int vector = 0; vector < _function.OutputNodes.Length; vector++)
        {
            for (int component = 0; component < _function.OutputNodes[vector].Length; component++)
            {
                outputs[_function.OutputNodes[vector][component]].Add((vector, component));
            }
        }

        return [.. outputs.Select(o => o.ToArray())];
    }

    /// <summary>The nodes that differ between instances; inputs first, or each before its first use.</summary>
    private int[] Order()
    {
        List<int> order = [];
        bool[] placed = [.. _isUniform];
        void Place(int node)
        {
            if (!placed[node])
            {
                placed[node] = true;
                order.Add(node);
            }
        }

        for (int i = 0; i < placed.Length; i++)
        {
            Node node = _function.Nodes[i];
            if (node.Operation != Operation.Input)
            {
                Array.ForEach(Operands(node), Place);
                Place(i);
            }
        }

        Enumerable.Range(0, placed.Length).ToList().ForEach(Place); // inputs that are only outputs
        return _writesEarly ? [.. order.OrderBy(i => _function.Nodes[i].Operation != Operation.Input)] : [.. order];
    }

    private int[][] Uses()
    {
        List<int>[] uses = [.. _function.Nodes.Select(_ => new List<int>())];
        for (int position = 0; position < _order.Length; position++)
        {
            Array.ForEach(Operands(_function.Nodes[_order[position]]), operand => uses[operand].Add(position));
        }

        foreach (int node in _order.Where(i => _outputs[i].Length > 0 && !IsWrittenEarly(i)))
        {
            uses[node].Add(_order.Length);
        }

        return [.. uses.Select(u => u.ToArray())];
    }

    private static int[] Operands(Node node) => [.. Enumerable.Range(0, node.OperandCount).Select(node.Operand).Distinct()];

    /// <summary>An output that is an input is written at the end: other inputs may be read after it.</summary>
    private bool IsWrittenEarly(int node) => _writesEarly && !_isUniform[node] && _function.Nodes[node].Operation != Operation.Input;

    private int NextUse(int node) => _passed[node] < _uses[node].Length ? _uses[node][_passed[node]] : Never;

    private PlannedSource Source(int node) => new(_inRegister[node], _inRegister[node] < 0 ? _inMemory[node] : -1);

    private void Compute(int index)
    {
        Node node = _function.Nodes[index];
        int[] operands = Operands(node);
        Array.ForEach(operands, operand => _passed[operand]++);
        Load(operands);
        PlannedSource[] sources = [.. Enumerable.Range(0, node.OperandCount).Select(k => Source(node.Operand(k)))];
        Array.ForEach(operands, ReleaseRegister);
        Settle(index, []);
        _steps.Add(new(PlannedAction.Compute, index, Source(index), sources));
        Array.ForEach(operands, ReleasePlace); // not before, because making room for the result may store another value
        if (IsWrittenEarly(index))
        {
            Write(index);
        }

        ReleaseRegister(index);
    }

    /// <summary>
    /// An instruction takes one operand from memory. Others are loaded, and so is one whose next use is nearer than that of a value that
    /// stands in a register.
    /// </summary>
    private void Load(int[] operands)
    {
        bool taken = operands.Any(operand => _function.Nodes[operand].Operation == Operation.Constant);
        foreach (int operand in operands.Where(operand => Source(operand).Place >= 0))
        {
            int nextUse = NextUse(operand);
            if (nextUse == Never || (!taken && _freeRegisters.Count == 0 && nextUse >= _resident.Except(operands).Max(NextUse)))
            {
                taken = true;
                continue;
            }

            Settle(operand, operands);
            _steps.Add(new(PlannedAction.Load, operand, Source(operand), [], _inMemory[operand]));
        }
    }

    /// <summary>Gives a value a register; another value makes room, none of the given ones.</summary>
    private void Settle(int node, int[] needed)
    {
        if (_freeRegisters.Count == 0)
        {
            int victim = _resident.Except(needed).MaxBy(NextUse);
            if (_inMemory[victim] < 0)
            {
                _inMemory[victim] = _freePlaces.TryPop(out int place) ? place : PlaceCount++;
                _steps.Add(new(PlannedAction.Store, victim, Source(victim), [], _inMemory[victim]));
            }

            Leave(victim);
        }

        _resident.Add(node);
        _inRegister[node] = _freeRegisters.Pop();
    }

    private void Leave(int node)
    {
        _resident.Remove(node);
        _freeRegisters.Push(_inRegister[node]);
        _inRegister[node] = -1;
    }

    private void Write(int node)
    {
        foreach ((int vector, int component) in _outputs[node])
        {
            _steps.Add(new(PlannedAction.Write, node, Source(node), [], vector, component));
        }
    }

    private void ReleaseRegister(int node)
    {
        if (_inRegister[node] >= 0 && NextUse(node) == Never)
        {
            Leave(node);
        }
    }

    private void ReleasePlace(int node)
    {
        if (_inMemory[node] >= 0 && !_isUniform[node] && NextUse(node) == Never)
        {
            _freePlaces.Push(_inMemory[node]);
            _inMemory[node] = -1;
        }
    }
}
