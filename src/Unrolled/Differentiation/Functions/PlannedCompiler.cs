using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;

namespace Unrolled.Differentiation;

/// <summary>
/// Translates a function whose values do not fit the registers, one vector at a time, as its <see cref="RegisterPlan"/> says: every variable
/// is a register, everything else an operand in memory that is addressed here and not by the machine-code compiler.
/// </summary>
/// <remarks>
/// Left to itself that compiler keeps values beyond the registers in a stack frame aligned to 16 bytes, where most vectors of 64 bytes cross
/// a cache line, and it copies constants there too. The memory here is aligned to whole vectors, and constants are broadcast as they are used.
/// Loads are marked volatile, which on the machine is an ordinary load, so that none is taken for another and kept in a register.
/// </remarks>
[RequiresDynamicCode("Generates code at run time; guard with RuntimeFeature.IsDynamicCodeSupported.")]
internal sealed class PlannedCompiler
{
    /// <summary>Registers left to the machine-code compiler, for operands that must be loaded.</summary>
    private const int Spare = 3;

    private const int Alignment = 64;

    private readonly Function _function;
    private readonly MachineVector _vector;
    private readonly ILGenerator _il;
    private readonly KernelArguments _arguments;
    private readonly bool[] _isUniform;
    private readonly RegisterPlan _plan;
    private readonly double[] _constants;
    private readonly int[] _constantPlace;
    private readonly LocalBuilder[] _registers;
    private readonly LocalBuilder _memory;
    private readonly LocalBuilder _table;

    private PlannedCompiler(Function function, MachineVector vector, bool[] isUniform, ILGenerator il)
    {
        (_function, _vector, _isUniform, _il) = (function, vector, isUniform, il);
        _arguments = new(il, function, vector);
        _plan = new(function, isUniform, vector.Registers - Spare);
        _registers = [.. Enumerable.Range(0, vector.Registers - Spare).Select(_ => il.DeclareLocal(vector.Type))];
        (_memory, _table) = (il.DeclareLocal(typeof(nint)), il.DeclareLocal(typeof(nint)));
        int[] constants = [.. Enumerable.Range(0, function.Nodes.Length).Where(i => function.Nodes[i].Operation == Operation.Constant)];
        _constants = GC.AllocateArray<double>(constants.Length + 1, pinned: true);
        _constantPlace = new int[function.Nodes.Length];
        for (int i = 0; i < constants.Length; i++)
        {
            (_constants[i], _constantPlace[constants[i]]) = (function.Nodes[constants[i]].Value, i);
        }
    }

    /// <summary>Generates the code; the result is the table of constants, the first argument of the code.</summary>
    public static double[] Emit(Function function, MachineVector vector, bool[] isUniform, ILGenerator il)
    {
        PlannedCompiler compiler = new(function, vector, isUniform, il);
        compiler.Emit();
        return compiler._constants;
    }

    private void Emit()
    {
        EmitMemory();
        EmitUniform();
        _arguments.EmitLoop(1, () =>
        {
            foreach (PlannedStep step in _plan.Steps)
            {
                Emit(step);
            }
        });
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Call, ((Action<object?>)GC.KeepAlive).Method);
        _il.Emit(OpCodes.Ret);
    }

    /// <summary>Takes aligned memory from the stack, and the address of the constants, which are pinned.</summary>
    private void EmitMemory()
    {
        _arguments.EmitInteger((_plan.PlaceCount * _vector.Lanes * sizeof(double)) + Alignment - 1);
        _il.Emit(OpCodes.Localloc);
        _arguments.EmitInteger(Alignment - 1);
        _il.Emit(OpCodes.Add);
        _arguments.EmitInteger(-Alignment);
        _il.Emit(OpCodes.And);
        _il.Emit(OpCodes.Stloc, _memory);
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Ldelema, typeof(double));
        _il.Emit(OpCodes.Conv_U);
        _il.Emit(OpCodes.Stloc, _table);
    }

    /// <summary>Computes what all instances share and puts it to its place.</summary>
    private void EmitUniform()
    {
        for (int i = 0; i < _isUniform.Length; i++)
        {
            Node node = _function.Nodes[i];
            if (!_isUniform[i] || node.Operation == Operation.Constant)
            {
                continue;
            }

            EmitPlace(_plan.UniformPlace(i));
            if (node.Operation == Operation.Input)
            {
                _arguments.EmitUniform(node.A, node.B);
                _il.Emit(OpCodes.Call, _vector.Broadcast);
            }
            else
            {
                EmitOperation(node, [.. Enumerable.Range(0, node.OperandCount).Select(k => new PlannedSource(-1, _plan.UniformPlace(node.Operand(k))))]);
            }

            EmitStore();
        }
    }

    private void Emit(PlannedStep step)
    {
        switch (step.Action)
        {
            case PlannedAction.Load:
                EmitSource(step.Node, new(-1, step.Place));
                _il.Emit(OpCodes.Stloc, _registers[step.Value.Register]);
                break;
            case PlannedAction.Store:
                EmitPlace(step.Place);
                EmitSource(step.Node, step.Value);
                EmitStore();
                break;
            case PlannedAction.Write:
                _arguments.EmitOutput(step.Place, step.Component);
                EmitSource(step.Node, step.Value);
                EmitStore();
                break;
            default:
                Node node = _function.Nodes[step.Node];
                if (node.Operation == Operation.Input)
                {
                    _arguments.EmitInput(node.A, node.B);
                    _il.Emit(OpCodes.Unaligned, (byte)1);
                    _il.Emit(OpCodes.Ldobj, _vector.Type);
                }
                else
                {
                    EmitOperation(node, step.Operands);
                }

                _il.Emit(OpCodes.Stloc, _registers[step.Value.Register]);
                break;
        }
    }

    private void EmitOperation(Node node, PlannedSource[] operands)
    {
        for (int k = 0; k < operands.Length; k++)
        {
            EmitSource(node.Operand(k), operands[k]);
        }

        _il.Emit(OpCodes.Call, _vector.Instruction(node.Operation) ?? LaneOperations.Method(node.Operation));
    }

    private void EmitSource(int node, PlannedSource source)
    {
        if (source.Register >= 0)
        {
            _il.Emit(OpCodes.Ldloc, _registers[source.Register]);
        }
        else if (source.Place >= 0)
        {
            EmitPlace(source.Place);
            _il.Emit(OpCodes.Unaligned, (byte)1);
            _il.Emit(OpCodes.Volatile);
            _il.Emit(OpCodes.Ldobj, _vector.Type);
        }
        else
        {
            _il.Emit(OpCodes.Ldloc, _table);
            _arguments.EmitInteger(_constantPlace[node] * sizeof(double));
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Volatile);
            _il.Emit(OpCodes.Ldind_R8);
            _il.Emit(OpCodes.Call, _vector.Broadcast);
        }
    }

    private void EmitPlace(int place)
    {
        _il.Emit(OpCodes.Ldloc, _memory);
        _arguments.EmitInteger(place * _vector.Lanes * sizeof(double));
        _il.Emit(OpCodes.Add);
    }

    private void EmitStore()
    {
        _il.Emit(OpCodes.Unaligned, (byte)1);
        _il.Emit(OpCodes.Stobj, _vector.Type);
    }
}
