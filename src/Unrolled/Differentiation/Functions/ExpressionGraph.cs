namespace Unrolled.Differentiation;

/// <summary>
/// A growing expression graph in which equal expressions are one node. A new node is simplified only where the result keeps every
/// bit (the payload of a NaN aside): constants are folded with the same vector code that evaluates them, <c>x*1</c>, <c>x/1</c>,
/// <c>x-0</c>, <c>x+(-0)</c> and double signs vanish, a division by a power of two becomes a product, operands of <c>+</c> and
/// <c>*</c> are ordered so that <c>a*b</c> and <c>b*a</c> are one. Never contracted, reassociated or distributed.
/// </summary>
internal sealed class ExpressionGraph
{
    /// <summary>The largest graph; beyond it building is refused rather than slow.</summary>
    public const int MaximumNodes = 1 << 18;

    /// <summary>Integer powers up to this size are products, others go through logarithm and exponential.</summary>
    public const int MaximumProductPower = 64;

    private readonly List<Node> _nodes = [];
    private readonly Dictionary<Node, int> _indices = [];

    /// <summary>The nodes in an order of evaluation.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The node of a number.</summary>
    public int Constant(double value) => Intern(new Node(Operation.Constant, Bits: BitConverter.DoubleToInt64Bits(value)));

    /// <summary>The node of an input component.</summary>
    public int Input(int vector, int component) => Intern(new Node(Operation.Input, vector, component));

    /// <summary>The node of an operation on earlier nodes, after simplification.</summary>
    public int Add(Operation operation, int a, int b = -1, int c = -1)
    {
        if (operation is Operation.Add or Operation.Multiply or Operation.MultiplyAdd && a > b)
        {
            (a, b) = (b, a);
        }

        Node node = new(operation, a, b, c);
        return Fold(node) ?? Simplify(node) ?? Intern(node);
    }

    /// <summary>
    /// x^n by the fixed chain x^n = (x^(n/2))^2, times x when n is odd; the reciprocal for a negative n. Used for every integer
    /// power up to <see cref="MaximumProductPower"/>, so that text, traced code and exports agree.
    /// </summary>
    public int Power(int x, int n)
    {
        if (n < 0)
        {
            return Add(Operation.Divide, Constant(1), Power(x, -n));
        }

        if (n == 0)
        {
            return Constant(1);
        }

        int half = n == 1 ? x : Power(x, n / 2);
        int square = n == 1 ? x : Add(Operation.Multiply, half, half);
        return n % 2 == 0 || n == 1 ? square : Add(Operation.Multiply, square, x);
    }

    /// <summary>a^b: a product chain when b is a small integer constant.</summary>
    public int Power(int a, Node exponent, int b) =>
        exponent.Operation == Operation.Constant && Math.Abs(exponent.Value) <= MaximumProductPower && exponent.Value == Math.Floor(exponent.Value)
            ? Power(a, (int)exponent.Value)
            : Add(Operation.Power, a, b);

    private int? Fold(Node node)
    {
        for (int i = 0; i < node.OperandCount; i++)
        {
            if (_nodes[node.Operand(i)].Operation != Operation.Constant)
            {
                return null;
            }
        }

        double Value(int index) => index < 0 ? 0 : _nodes[index].Value;
        return Constant(LaneOperations.Apply(node.Operation, Value(node.A), Value(node.B), Value(node.C)));
    }

    private int? Simplify(Node node)
    {
        int a = node.A, b = node.B;
        switch (node.Operation)
        {
            case Operation.Negate when _nodes[a].Operation == Operation.Negate:
                return _nodes[a].A;
            case Operation.Absolute when _nodes[a].Operation is Operation.Negate:
                return Add(Operation.Absolute, _nodes[a].A);
            case Operation.Absolute when _nodes[a].Operation is Operation.Absolute:
                return a;
            case Operation.Multiply when Is(a, 1):
                return b;
            case Operation.Multiply when Is(b, 1):
                return a;
            case Operation.Multiply when Is(a, -1):
                return Add(Operation.Negate, b);
            case Operation.Multiply when Is(b, -1):
                return Add(Operation.Negate, a);
            case Operation.Divide when Is(b, 1):
                return a;
            case Operation.Divide when _nodes[b].Operation == Operation.Constant && double.IsPow2(Math.Abs(_nodes[b].Value))
                && Math.Abs(Math.ILogB(_nodes[b].Value)) < 1000:
                return Add(Operation.Multiply, a, Constant(1 / _nodes[b].Value));
            case Operation.Add when Is(a, -0.0):
                return b;
            case Operation.Add when Is(b, -0.0):
                return a;
            case Operation.Add when _nodes[b].Operation == Operation.Negate:
                return Add(Operation.Subtract, a, _nodes[b].A);
            case Operation.Add when _nodes[a].Operation == Operation.Negate:
                return Add(Operation.Subtract, b, _nodes[a].A);
            case Operation.Subtract when Is(b, 0.0):
                return a;
            case Operation.Subtract when _nodes[b].Operation == Operation.Negate:
                return Add(Operation.Add, a, _nodes[b].A);
            case Operation.Select when node.B == node.C:
                return node.B;
            default:
                return null;
        }
    }

    private bool Is(int index, double value) =>
        _nodes[index].Operation == Operation.Constant && _nodes[index].Bits == BitConverter.DoubleToInt64Bits(value);

    private int Intern(Node node)
    {
        if (_indices.TryGetValue(node, out int index))
        {
            return index;
        }

        if (_nodes.Count == MaximumNodes)
        {
            throw new InvalidOperationException($"the expression graph exceeds {MaximumNodes} nodes");
        }

        index = _nodes.Count;
        _nodes.Add(node);
        _indices.Add(node, index);
        return index;
    }
}
