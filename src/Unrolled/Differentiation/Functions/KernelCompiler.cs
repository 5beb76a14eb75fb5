using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Unrolled.Differentiation;

/// <summary>
/// Translates a function to a loop over instances, eight at a time (in one register or several), without calls for arithmetic: every node is a local variable,
/// which becomes a register. Nodes that depend on uniform inputs only are computed once before the loop. The first loop computes two
/// or four vectors side by side when their values fit the registers, because one alone waits for its own results most of the time. Functions
/// whose values do not fit are left to <see cref="PlannedCompiler"/>.
/// </summary>
[RequiresDynamicCode("Generates code at run time; guard with RuntimeFeature.IsDynamicCodeSupported.")]
internal sealed class KernelCompiler
{
    /// <summary>Up to this size every node has a variable of its own, which the machine-code compiler places better.</summary>
    private const int MaximumOwnVariables = 800;

    /// <summary>More elementary functions than this are called, else compiling would take longer than it is worth.</summary>
    private const int MaximumInlined = 16;

    private static readonly MethodInfo Apply = ((Func<Operation, V, V, V, V>)LaneOperations.Apply).Method;

    private readonly Function _function;
    private readonly MachineVector _vector;
    private readonly SlotAssignment _slots;
    private readonly ILGenerator _il;
    private readonly KernelArguments _arguments;
    private readonly LocalBuilder[][] _values;
    private readonly LocalBuilder _joined;
    private readonly int _group; // registers that must be computed together: one, or all parts of eight lanes
    private readonly int _sideBySide;
    private readonly int _elementaryCount;
    private KernelCompiler(Function function, MachineVector vector, SlotAssignment slots, int group, int sideBySide, ILGenerator il)
    {
        (_function, _vector, _slots, _group, _sideBySide, _il) = (function, vector, slots, group, sideBySide, il);
        _arguments = new(il, function, vector);
        _elementaryCount = ElementaryCount(function);
        LocalBuilder[] Declare(int count, Type type) => [.. Enumerable.Range(0, count).Select(_ => il.DeclareLocal(type))];
        _values = [.. Enumerable.Range(0, _sideBySide * _group).Select(_ => Declare(_slots.Count, vector.Type))];
        _joined = il.DeclareLocal(typeof(V));
    }

    /// <summary>The machine code of a function, for the registers of this machine unless others are asked for.</summary>
    public static KernelBody Compile(Function function, MachineVector? machine = null)
    {
        MachineVector vector = machine ?? MachineVector.Native;
        DynamicMethod method = new("UnrolledKernel", typeof(void), KernelArguments.Types, typeof(Kernel).Module, skipVisibility: true) { InitLocals = false };
        ILGenerator il = method.GetILGenerator();
        SlotAssignment slots = new(function, reuse: function.Nodes.Length > MaximumOwnVariables);
        int group = function.Nodes.All(n => n.OperandCount == 0 || vector.Instruction(n.Operation) is not null) ? 1 : vector.Parts;
        int fitting = (vector.Registers - Math.Min(vector.Registers, slots.HoistedCount)) / Math.Max(1, group * slots.LargestLiveCount);
        int elementary = ElementaryCount(function);
        if (fitting == 0 && group == 1 && elementary == 0)
        {
            return method.CreateDelegate<KernelBody>(PlannedCompiler.Emit(function, vector, slots.IsUniform, il));
        }

        new KernelCompiler(function, vector, slots, group, elementary > 0 ? 1 : Math.Clamp(fitting, 1, 4), il).Emit();
        return method.CreateDelegate<KernelBody>(Array.Empty<double>());
    }

    private static int ElementaryCount(Function function) => function.Nodes.Count(n => n.Operation >= Operation.Exp);

    private void Emit()
    {
        EmitNodes(uniform: true, copies: 1);
        if (_sideBySide > 1)
        {
            EmitLoop(_sideBySide * _group);
        }

        EmitLoop(_group);
        _il.Emit(OpCodes.Ret);
    }

    private void EmitLoop(int copies) => _arguments.EmitLoop(copies, () =>
    {
        EmitNodes(uniform: false, copies);
        for (int o = 0; o < _function.OutputNodes.Length; o++)
        {
            for (int i = 0; i < _function.OutputNodes[o].Length; i++)
            {
                for (int copy = 0; copy < copies; copy++)
                {
                    _arguments.EmitOutput(o, i, copy);
                    EmitLoad(_function.OutputNodes[o][i], copy);
                    _il.Emit(OpCodes.Unaligned, (byte)1);
                    _il.Emit(OpCodes.Stobj, _vector.Type);
                }
            }
        }
    });

    private void EmitNodes(bool uniform, int copies)
    {
        for (int i = 0; i < _function.Nodes.Length; i++)
        {
            Operation operation = _function.Nodes[i].Operation;
            if (_slots.IsUniform[i] != uniform || operation == Operation.Constant)
            {
                continue;
            }

            if (_vector.Parts > 1 && operation != Operation.Input && _vector.Instruction(operation) is null)
            {
                for (int first = 0; first < copies; first += _vector.Parts)
                {
                    EmitJoined(i, uniform, first);
                }
            }
            else
            {
                for (int copy = 0; copy < copies; copy++)
                {
                    EmitNode(i, uniform, copy);
                }
            }
        }
    }

    private void EmitNode(int index, bool uniform, int copy)
    {
        Node node = _function.Nodes[index];
        if (node.Operation == Operation.Input && uniform)
        {
            _arguments.EmitUniform(node.A, node.B);
            _il.Emit(OpCodes.Call, _vector.Broadcast);
        }
        else if (node.Operation == Operation.Input)
        {
            _arguments.EmitInput(node.A, node.B, copy);
            _il.Emit(OpCodes.Unaligned, (byte)1);
            _il.Emit(OpCodes.Ldobj, _vector.Type);
        }
        else
        {
            EmitOperation(node, copy);
        }

        _il.Emit(OpCodes.Stloc, _values[copy][_slots[index]]);
    }

    /// <summary>An instruction, or an elementary function, whose code the machine code contains unless there are many of them.</summary>
    private void EmitOperation(Node node, int copy)
    {
        if (_vector.Instruction(node.Operation) is { } instruction)
        {
            for (int k = 0; k < node.OperandCount; k++)
            {
                EmitLoad(node.Operand(k), copy);
            }

            _il.Emit(OpCodes.Call, instruction);
            return;
        }

        bool called = node.Operation >= Operation.Exp && _elementaryCount > MaximumInlined;
        if (called)
        {
            _il.Emit(OpCodes.Ldc_I4, (int)node.Operation);
        }

        for (int k = 0; k < (called ? 3 : node.OperandCount); k++)
        {
            int operand = node.Operand(Math.Min(k, node.OperandCount - 1));
            for (int part = 0; part < _vector.Parts; part++)
            {
                EmitLoad(operand, copy + part);
            }

            if (_vector.Join is { } join)
            {
                _il.Emit(OpCodes.Call, join);
            }
        }

        _il.Emit(OpCodes.Call, called ? Apply : LaneOperations.Method(node.Operation));
    }

    /// <summary>An operation that needs eight lanes, on registers that hold fewer.</summary>
    private void EmitJoined(int index, bool uniform, int first)
    {
        EmitOperation(_function.Nodes[index], first);
        _il.Emit(OpCodes.Stloc, _joined);
        for (int part = 0; part < (uniform ? 1 : _vector.Parts); part++)
        {
            _il.Emit(OpCodes.Ldloc, _joined);
            _il.Emit(OpCodes.Call, _vector.Take[part]);
            _il.Emit(OpCodes.Stloc, _values[first + part][_slots[index]]);
        }
    }

    /// <summary>Constants are written where they are used: the machine takes them from memory as operands.</summary>
    private void EmitLoad(int index, int copy)
    {
        Node node = _function.Nodes[index];
        if (node.Operation == Operation.Constant)
        {
            _il.Emit(OpCodes.Ldc_R8, node.Value);
            _il.Emit(OpCodes.Call, _vector.Broadcast);
        }
        else
        {
            _il.Emit(OpCodes.Ldloc, _values[_slots.IsUniform[index] ? 0 : copy][_slots[index]]);
        }
    }
}
