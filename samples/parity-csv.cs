#:project ../src/Unrolled/Unrolled.csproj
// Learns which bits a hidden parity is made of, from a CSV of labeled examples: by elimination, and by a network that memorizes the table.
// Run: dotnet run samples/parity-csv.cs [DATA.csv]
using Unrolled.Problems;
using Unrolled.Problems.Formats;
using Unrolled.RecurrentConvolution.Learners;

string path = args.Length > 0 ? args[0] : Path.Combine(Directory.CreateTempSubdirectory("unrolled-").FullName, "switches.csv");
if (args.Length == 0)
{
    // A lamp with ten switches: which of them matter? Thirty positions were noted down.
    var random = new Random(5);
    File.WriteAllLines(path, Enumerable.Range(0, 30).Select(_ =>
    {
        int[] switches = [.. Enumerable.Range(0, 10).Select(_ => random.Next(2))];
        return string.Join(',', switches.Append(switches[2] ^ switches[5] ^ switches[7]));
    }));
}

LabeledExamples examples = LabeledBitsReader.ReadExamples(path);
ParityHypothesis parity = ParityLearner.Linear.Learn(examples);
Console.WriteLine($"{examples.Count} examples of {examples.Bits} bits: label = {parity.Description}, rank {parity.Rank}");
if (parity.Contradictions > 0)
{
    Console.WriteLine($"{parity.Contradictions} examples contradict the others: labels are noisy, or no parity explains them");
    return;
}

// The same by a recurrent convolution: gradient descent writes the examples into its memory, a forward pass learns from them and answers.
var network = new MemoryRcnn<float>(examples.Bits, examples.Count);
network.Memorize(examples);
var queries = new BitRows(8, examples.Bits, (row, bit) => (row >> (bit % 3)) % 2 == 1);
bool[] answers = network.Predict(queries), open = parity.Outside(queries);
for (int q = 0; q < queries.Count; q++)
{
    string bits = string.Concat(Enumerable.Range(0, queries.Width).Select(b => queries[q, b] ? '1' : '0'));
    Console.WriteLine($"{bits}: {(answers[q] ? 1 : 0)}, by elimination {(parity.Predict(queries.Row(q)) ? 1 : 0)}{(open[q] ? " (the examples do not decide it)" : string.Empty)}");
}
