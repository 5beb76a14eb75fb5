using Unrolled.Differentiation;

namespace Unrolled.Tests.Differentiation;

/// <summary>Functions whose values do not fit the registers: the plan is followed step by step, and the code has the bits of the interpreter.</summary>
public class RegisterPlanTests
{
    private const int States = 24, Operations = 400;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_operand_stands_where_the_plan_says_and_all_loads_precede_the_stores(int seed)
    {
        int outputs = Outputs(seed);
        Function f = Arithmetic(seed, outputs);
        bool[] isUniform = new SlotAssignment(f).IsUniform;
        foreach (int registers in new[] { 4, 13, 29 })
        {
            RegisterPlan plan = new(f, isUniform, registers);
            int[] register = [.. Enumerable.Repeat(-1, registers)], memory = [.. Enumerable.Repeat(-1, plan.PlaceCount)];
            bool[] read = new bool[f.Nodes.Length];
            HashSet<(int, int)> written = [];
            for (int i = 0; i < isUniform.Length; i++)
            {
                if (plan.UniformPlace(i) >= 0 && isUniform[i])
                {
                    memory[plan.UniformPlace(i)] = i;
                }
            }

            void Expect(int node, PlannedSource source)
            {
                if (source is { Register: < 0, Place: < 0 })
                {
                    Assert.Equal(Operation.Constant, f.Nodes[node].Operation);
                    return;
                }

                Assert.Equal(node, source.Register >= 0 ? register[source.Register] : memory[source.Place]);
            }

            foreach (PlannedStep step in plan.Steps)
            {
                Node node = f.Nodes[step.Node];
                switch (step.Action)
                {
                    case PlannedAction.Load:
                        Assert.Equal(step.Node, memory[step.Place]);
                        register[step.Value.Register] = step.Node;
                        break;
                    case PlannedAction.Store:
                        Expect(step.Node, step.Value);
                        memory[step.Place] = step.Node;
                        break;
                    case PlannedAction.Write:
                        Expect(step.Node, step.Value);
                        Assert.Equal(step.Node, f.OutputNodes[step.Place][step.Component]);
                        Assert.True(written.Add((step.Place, step.Component)));
                        break;
                    default:
                        Assert.False(node.Operation == Operation.Input && written.Count > 0, "an input is read after an output was written");
                        for (int k = 0; k < node.OperandCount; k++)
                        {
                            Expect(node.Operand(k), step.Operands[k]);
                        }

                        Assert.False(read[step.Node], "a value is computed twice");
                        read[step.Node] = true;
                        register[step.Value.Register] = step.Node;
                        break;
                }
            }

            Assert.Equal(f.OutputNodes.Sum(o => o.Length), written.Count);
            Assert.Contains(plan.Steps, step => step.Action == PlannedAction.Store);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_code_has_the_bits_of_the_interpreter_in_place_and_for_every_split(int seed)
    {
        int outputs = Outputs(seed);
        Function f = Arithmetic(seed, outputs);
        Kernel reference = Kernel.Interpreted(f);
        int rows = Math.Max(outputs, States);
        double[] p = [0.3, -1.1];
        foreach (Kernel kernel in new[] { Kernel.Create(f), Kernel.Compiled(f, MachineVector.Half), Kernel.Compiled(f, MachineVector.Quarter) })
        {
            Assert.True(kernel.IsCompiled);
            foreach (int n in new[] { 1, 8, 19, 40 })
            {
                double[] y = RandomFunctions.Numbers(seed + n, rows * n), expected = new double[outputs * n], actual = new double[outputs * n];
                reference.Run([y, p], [expected], new InstanceRange(n));
                for (int start = 0; start < n; start += 11)
                {
                    kernel.Run([y, p], [actual], new InstanceRange(n, start, Math.Min(11, n - start)));
                }

                RandomFunctions.AssertSameBits(expected, actual, $"seed {seed}, {n} instances in chunks of 11");
                kernel.Run([y, p], [y], new InstanceRange(n));
                RandomFunctions.AssertSameBits(expected, y.AsSpan(0, outputs * n), $"seed {seed}, {n} instances in place");
            }
        }
    }

    [Fact]
    public void The_value_whose_next_use_is_the_furthest_makes_room()
    {
        FunctionBuilder builder = new();
        Expression[] x = builder.Input("x", 6);
        Expression sum = x[0] * x[1]; // x0 is needed next, x1 last
        sum = sum + x[0] + x[2] + x[3] + x[4] + x[5] + x[1];
        Function f = builder.Output("sum", sum * x[2]).Build();
        RegisterPlan plan = new(f, new SlotAssignment(f).IsUniform, registers: 4);
        Assert.DoesNotContain(plan.Steps, step => step.Action is PlannedAction.Store);

        builder = new();
        x = builder.Input("x", 6);
        Expression[] products = [.. x.Select(v => v * v)];
        f = builder.Output("r", products.Aggregate((a, b) => a + b) * products[0] * x.Aggregate((a, b) => a + b)).Build();
        plan = new(f, new SlotAssignment(f).IsUniform, registers: 4);
        PlannedStep first = plan.Steps.First(step => step.Action is PlannedAction.Store);
        Assert.Equal(Operation.Input, f.Nodes[first.Node].Operation); // the inputs are needed again last of all
    }

    /// <summary>Fewer outputs than inputs, or more: written at the end, or early.</summary>
    private static int Outputs(int seed) => seed % 2 == 0 ? 60 : 7;

    /// <summary>Random arithmetic with operands from everywhere, summed at the end, which keeps many values alive; inputs and shared values are outputs too.</summary>
    private static Function Arithmetic(int seed, int outputs)
    {
        Random random = new(seed);
        FunctionBuilder builder = new();
        Expression[] y = builder.Input("y", States), p = builder.Uniform("p", 2);
        List<Expression> pool = [.. y, .. p, p[0] * p[1], 0.5, -1.25, 3];
        Expression Any() => pool[random.Next(pool.Count)];
        for (int i = 0; i < Operations; i++)
        {
            Expression a = Any(), b = Any();
            pool.Add(random.Next(10) switch
            {
                0 => -a,
                1 or 2 => a + b,
                3 or 4 => a - b,
                5 => a * b,
                6 => a / b,
                7 => Expression.Sqrt(a),
                _ => Expression.MultiplyAdd(a, b, Any()),
            });
        }

        Expression[] sums = [.. Enumerable.Range(0, outputs - 3).Select(o => pool.Where((_, i) => i % (outputs - 3) == o).Aggregate((a, b) => a + b))];
        return builder.Output("r", [y[3], p[0] - p[1], 2.5, .. sums]).Build();
    }
}
