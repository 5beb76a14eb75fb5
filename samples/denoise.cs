#:project ../src/Unrolled/Unrolled.csproj
// Removes noise from a sensor signal (CSV) and from a photograph (PNG): by a classical filter, and by a network trained in a few seconds.
// Run: dotnet run samples/denoise.cs [FOLDER]
using Unrolled.Deployment;
using Unrolled.Deployment.Fields;
using Unrolled.Diffusion;
using Unrolled.Learning.Fields;
using Unrolled.Numerics;
using Unrolled.Problems.Families;
using Unrolled.Problems.Formats;
using Unrolled.Problems.Images;

string folder = args.Length > 0 ? args[0] : Directory.CreateTempSubdirectory("unrolled-").FullName;
string At(string name) => Path.Combine(folder, name);

// The files that a user has: here they are made, so that there is a truth to compare with.
var signals = new DenoisingFamily(new PiecewiseSignals(256), new GaussianNoise(Distribution.Constant(0.2)));
NoisyFields sensor = signals.Draw(1, new RandomStream(11));
CsvSignalWriter.Write(At("sensor.csv"), sensor.Noisy);
var images = new DenoisingFamily(new DeadLeaves(160), new GaussianNoise(Distribution.Constant(25), unit: 1 / 255.0));
NoisyFields photo = images.Draw(1, new RandomStream(12));
RasterFile.Write(At("photo.png"), new Raster(photo.Noisy));

// The signal. The contrast of the filter is found from the data; the network was trained for signals with steps.
SignalTable table = CsvSignalReader.Read(At("sensor.csv"));
Field<float> signal = table.ToField();
LearnedDenoiser forSignals = DenoiserTraining.Learn(signals, options: FieldFitOptions.For(signals) with { Iterations = 200 });
Field<float> classicalSignal = new DiffusionFilter().Denoise(signal.ConvertTo<double>(), deviation: 0.2).Image.ConvertTo<float>();
Field<float> learnedSignal = forSignals.Denoise(signal, sigma: 0.2);
CsvSignalWriter.Write(At("sensor-clean.csv"), learnedSignal, table);
ModelFile.Write(At("sensor.json"), forSignals.Model);     // LearnedDenoiser.Of(ModelFile.Read(...)), or: unrolled solve sensor.json --input sensor.csv
Report("signal", new PeakSignalToNoise(-1, 2, Clipping.None), sensor.Clean, signal, classicalSignal, learnedSignal);

// The photograph, with its noise estimated from the file.
Field<float> picture = RasterFile.Read(At("photo.png")).Values;
var estimate = new NoiseEstimate();
for (int i = 0; i < picture.Rows; i++)
{
    estimate.AddRow(picture.Values.Slice(i * picture.Columns, picture.Columns));
}

Console.WriteLine($"the noise of the photograph is about {255 * estimate.Sigma:f1} of 255");
LearnedDenoiser forImages = DenoiserTraining.Learn(images, options: FieldFitOptions.For(images) with { Iterations = 300, Rounds = 4, LearningRate = 2e-2 });
Field<float> classicalPicture = new DiffusionFilter().Denoise(picture.ConvertTo<double>(), deviation: 25 / 255.0).Image.ConvertTo<float>();
Field<float> learnedPicture = forImages.Denoise(picture, sigma: 25 / 255.0);
RasterFile.Write(At("photo-clean.png"), new Raster(learnedPicture));
Report("photograph", new PeakSignalToNoise(0, 1, Clipping.Range), photo.Clean, picture, classicalPicture, learnedPicture);
Console.WriteLine($"sensor-clean.csv, photo-clean.png and the model sensor.json are in {folder}");

static void Report(string what, PeakSignalToNoise ratio, Field<float> clean, Field<float> noisy, Field<float> classical, Field<float> learned) => Console.WriteLine(
    $"{what}: {ratio.Mean(clean, noisy):f2} dB as it is, {ratio.Mean(clean, classical):f2} dB by diffusion, {ratio.Mean(clean, learned):f2} dB by the network");
