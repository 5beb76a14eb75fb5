namespace Unrolled.Tests.Deployment.Onnx;

/// <summary>Runs the operations that exports use as the specification of version 17 says, in double precision: what differs from the library is the rounding of constants.</summary>
internal static class OnnxEvaluator
{
    /// <summary>The outputs of a model by their names.</summary>
    public static Dictionary<string, Tensor> Run(OnnxModelContent model, params IReadOnlyList<(string Name, Tensor Value)> inputs)
    {
        Assert.Equal(model.Graph.Inputs.Select(i => i.Name).Order(), inputs.Select(i => i.Name).Order());
        var values = inputs.ToDictionary(i => i.Name, i => i.Value);
        Run(model.Graph, values);
        return model.Graph.Outputs.ToDictionary(o => o.Name, o => values[o.Name]);
    }

    private static void Run(OnnxGraphContent graph, Dictionary<string, Tensor> values)
    {
        foreach ((string name, Tensor value) in graph.Constants)
        {
            values[name] = value;
        }

        foreach (OnnxNodeContent node in graph.Nodes)
        {
            Tensor[] operands = [.. node.Operands.Select(o => values[o])];
            values[node.Results.Single()] = node.Operation == "Loop" ? Loop(node, operands, values) : Value(node, operands);
        }
    }

    private static Tensor Loop(OnnxNodeContent node, Tensor[] operands, Dictionary<string, Tensor> outer)
    {
        var body = (OnnxGraphContent)node.Attributes["body"];
        Tensor state = operands[2], more = operands[1];
        for (int i = 0; i < operands[0].Numbers[0] && more.Numbers[0] != 0; i++)
        {
            var values = new Dictionary<string, Tensor>(outer) { [body.Inputs[0].Name] = new([], [i], true), [body.Inputs[1].Name] = more, [body.Inputs[2].Name] = state };
            Run(body, values);
            (more, state) = (values[body.Outputs[0].Name], values[body.Outputs[1].Name]);
        }

        return state;
    }

    private static Tensor Value(OnnxNodeContent node, Tensor[] x)
    {
        long Attribute(string name, long otherwise) => node.Attributes.TryGetValue(name, out object? value) ? (long)value : otherwise;
        int axis = (int)Attribute("axis", 0);
        Tensor Each(Func<double, double> f) => x[0] with { Numbers = Array.ConvertAll(x[0].Numbers, n => f(n)) };
        int[] Ints(int operand) => [.. x[operand].Numbers.Select(n => (int)Math.Clamp(n, int.MinValue, int.MaxValue))];
        switch (node.Operation)
        {
            case "Add":
                return Tensor.Combine(x[0], x[1], (a, b) => a + b);
            case "Sub":
                return Tensor.Combine(x[0], x[1], (a, b) => a - b);
            case "Mul":
                return Tensor.Combine(x[0], x[1], (a, b) => a * b);
            case "Div":
                return Tensor.Combine(x[0], x[1], (a, b) => x[0].IsInteger ? Math.Truncate(a / b) : a / b);
            case "Mod":
                return Tensor.Combine(x[0], x[1], (a, b) => a - (b * Math.Floor(a / b)));
            case "Min":
                return Tensor.Combine(x[0], x[1], Math.Min);
            case "Max":
                return Tensor.Combine(x[0], x[1], Math.Max);
            case "Abs":
                return Each(Math.Abs);
            case "Sign":
                return Each(n => Math.Sign(n));
            case "Neg":
                return Each(n => -n);
            case "Exp":
                return Each(Math.Exp);
            case "Log":
                return Each(Math.Log);
            case "Sqrt":
                return Each(Math.Sqrt);
            case "Relu":
                return Each(n => Math.Max(n, 0));
            case "Identity":
                return x[0];
            case "Cast":
                return x[0] with { IsInteger = Attribute("to", 0) == 7 };
            case "Shape":
                int rank = x[0].Extents.Length;
                return Tensor.Integers(x[0].Extents[(int)Attribute("start", 0)..(int)Attribute("end", rank)].Select(e => (double)e));
            case "Squeeze":
                return x[0] with { Extents = [.. x[0].Extents.Where(e => e != 1)] };
            case "Unsqueeze":
                int[] places = Ints(1), extents = new int[x[0].Extents.Length + places.Length];
                var rest = new Queue<int>(x[0].Extents);
                return x[0] with { Extents = [.. extents.Select((_, i) => places.Contains(i) ? 1 : rest.Dequeue())] };
            case "Reshape":
                int[] shape = Ints(1);
                int known = shape.Where(e => e >= 0).Aggregate(1, (a, b) => a * b);
                shape = [.. shape.Select(e => e < 0 ? x[0].Numbers.Length / known : e)];
                Assert.Equal(x[0].Numbers.Length, shape.Aggregate(1, (a, b) => a * b));
                return x[0] with { Extents = shape };
            case "Expand":
                return Tensor.Make(Tensor.Broadcast(x[0].Extents, Ints(1)), x[0].IsInteger, place => x[0][place]);
            case "Range":
                Assert.All(x, t => Assert.Empty(t.Extents));
                return Tensor.Integers(Enumerable.Range(0, (int)Math.Ceiling((x[1].Numbers[0] - x[0].Numbers[0]) / x[2].Numbers[0])).Select(i => x[0].Numbers[0] + (i * x[2].Numbers[0])));
            case "Concat":
                return Concatenate(x, axis);
            case "Slice":
                return Slice(x[0], Ints(1), Ints(2), Ints(3));
            case "Gather":
                Assert.Single(x[1].Extents);
                return Tensor.Make(With(x[0].Extents, axis, x[1].Numbers.Length), x[0].IsInteger, place => x[0][With(place, axis, (int)x[1].Numbers[place[axis]])]);
            case "ScatterElements":
                Assert.Equal("add", node.Attributes["reduction"]);
                Assert.Equal(x[1].Extents, x[2].Extents);
                var sums = x[0] with { Numbers = [.. x[0].Numbers] };
                Tensor.Make(x[1].Extents, false, place => sums.Numbers[sums.At(With(place, axis, (int)x[1][place]))] += x[2][place]);
                return sums;
            case "MatMul":
                return Tensor.Make([x[0].Extents[0], x[1].Extents[1]], false, p => Enumerable.Range(0, x[1].Extents[0]).Sum(k => x[0][p[0], k] * x[1][k, p[1]]));
            case "Conv":
                return Convolve(x, node.Attributes.TryGetValue("pads", out object? pads) ? (long[])pads : [0, 0, 0, 0]);
            case "ConvTranspose":
                return ConvolveTransposed(x[0], x[1]);
            default:
                throw new InvalidOperationException($"the operation {node.Operation} is unknown here");
        }
    }

    private static int[] With(int[] numbers, int place, int number)
    {
        int[] copy = [.. numbers];
        copy[place] = number;
        return copy;
    }

    private static Tensor Concatenate(Tensor[] parts, int axis)
    {
        Assert.All(parts, p => Assert.Equal(With(parts[0].Extents, axis, 0), With(p.Extents, axis, 0)));
        return Tensor.Make(With(parts[0].Extents, axis, parts.Sum(p => p.Extents[axis])), parts[0].IsInteger, place =>
        {
            int at = place[axis], part = 0;
            for (; at >= parts[part].Extents[axis]; part++)
            {
                at -= parts[part].Extents[axis];
            }

            return parts[part][With(place, axis, at)];
        });
    }

    private static Tensor Slice(Tensor x, int[] starts, int[] ends, int[] axes)
    {
        int[] first = new int[x.Extents.Length], extents = [.. x.Extents];
        for (int i = 0; i < axes.Length; i++)
        {
            int extent = x.Extents[axes[i]], end = Math.Clamp(ends[i] < 0 ? ends[i] + extent : ends[i], 0, extent);
            first[axes[i]] = Math.Clamp(starts[i] < 0 ? starts[i] + extent : starts[i], 0, extent);
            extents[axes[i]] = Math.Max(0, end - first[axes[i]]);
        }

        // read by the stride of the source: an extent of one is no repetition here
        return Tensor.Make(extents, x.IsInteger, place => x[[.. place.Select((p, axis) => p + first[axis])]]);
    }

    private static Tensor Convolve(Tensor[] x, long[] pads)
    {
        (Tensor input, Tensor kernels) = (x[0], x[1]);
        int channels = kernels.Extents[1], height = kernels.Extents[2], width = kernels.Extents[3];
        Assert.Equal(input.Extents[1], channels);
        int rows = input.Extents[2] + (int)(pads[0] + pads[2]) - height + 1, columns = input.Extents[3] + (int)(pads[1] + pads[3]) - width + 1;
        (int S, int A, int B, double Weight)[][] points = [.. Enumerable.Range(0, kernels.Extents[0]).Select(f => Enumerable.Range(0, channels * height * width)
            .Select(k => (k / (height * width), k / width % height, k % width, kernels.Numbers[(f * channels * height * width) + k])).Where(p => p.Item4 != 0).ToArray())];
        return Tensor.Make([input.Extents[0], kernels.Extents[0], rows, columns], false, place =>
        {
            double sum = x.Length > 2 ? x[2].Numbers[place[1]] : 0;
            foreach ((int s, int a, int b, double weight) in points[place[1]])
            {
                int i = place[2] + a - (int)pads[0], j = place[3] + b - (int)pads[1];
                if (i >= 0 && j >= 0 && i < input.Extents[2] && j < input.Extents[3])
                {
                    sum += weight * input.Numbers[(((((place[0] * channels) + s) * input.Extents[2]) + i) * input.Extents[3]) + j];
                }
            }

            return sum;
        });
    }

    private static Tensor ConvolveTransposed(Tensor x, Tensor kernels)
    {
        int filters = kernels.Extents[0], height = kernels.Extents[2], width = kernels.Extents[3];
        Assert.Equal(x.Extents[1], filters);
        return Tensor.Make([x.Extents[0], kernels.Extents[1], x.Extents[2] + height - 1, x.Extents[3] + width - 1], false, place =>
        {
            double sum = 0;
            for (int f = 0; f < filters; f++)
            {
                for (int a = 0; a < height; a++)
                {
                    for (int b = 0; b < width; b++)
                    {
                        int i = place[2] - a, j = place[3] - b;
                        sum += i >= 0 && j >= 0 && i < x.Extents[2] && j < x.Extents[3] ? kernels[f, place[1], a, b] * x[place[0], f, i, j] : 0;
                    }
                }
            }

            return sum;
        });
    }
}
