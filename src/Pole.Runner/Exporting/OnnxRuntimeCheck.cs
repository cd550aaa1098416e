using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;
using Pole.Data.Imaging;
using Pole.Pipeline.Exporting;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Runner.Exporting;

/// <summary>Differences between an exported model in ONNX Runtime and its network in torch.</summary>
/// <param name="Version">Of ONNX Runtime.</param>
/// <param name="Differences">The largest of each output: of values up to 1 absolute, of larger ones as a share of the largest.</param>
/// <param name="Images">Each was given with its mirror image.</param>
internal sealed record OnnxRuntimeCheck(string Version, IReadOnlyList<(string Output, double Difference)> Differences, int Images)
{
    public const double Tolerance = 1e-4;

    private const string Package = "Microsoft.ML.OnnxRuntime";

    /// <summary>The difference of every output: <c>cams 1.5e-5, logits 3e-6</c>.</summary>
    public string Largest => string.Join(", ", Differences.Select(difference => FormattableString.Invariant($"{difference.Output} {difference.Difference:0.#e+0}")));

    /// <summary>ONNX Runtime is not among what <c>pole</c> needs; a project of experiments that has the package can check.</summary>
    /// <exception cref="ExperimentException">It is not there.</exception>
    public static void Require()
    {
        try
        {
            Assembly.Load(Package);
        }
        catch (FileNotFoundException exception)
        {
            throw new ExperimentException($"--check needs ONNX Runtime, which is not part of pole: add it to the project of the experiments (dotnet add package {Package}) and build again", exception);
        }
    }

    /// <exception cref="ExperimentException">ONNX Runtime refuses the model, or an output differs by more than <see cref="Tolerance"/>.</exception>
    /// <exception cref="OperationCanceledException">The command was stopped.</exception>
    // Whoever calls this is compiled where ONNX Runtime is not.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static OnnxRuntimeCheck Run(string path, StoredNetwork network, IReadOnlyList<Func<RgbImage>> images, IStageProgress progress, CancellationToken cancellation)
    {
        try
        {
            using var session = new InferenceSession(path);
            var differences = network.Outputs.Select(output => (output.Name, Difference: 0.0)).ToArray();
            progress.Expect(images.Count, "images", 0);
            foreach (var load in images)
            {
                cancellation.ThrowIfCancellationRequested();
                var found = Compare(session, network, load());
                for (var output = 0; output < found.Count; output++) differences[output].Difference = Math.Max(differences[output].Difference, found[output]);
                progress.Advance(1);
            }

            var (name, largest) = differences.MaxBy(output => output.Difference);
            // NaN is not within the tolerance either.
            return largest <= Tolerance ? new OnnxRuntimeCheck(VersionOf(session), differences, images.Count)
                : throw new ExperimentException(FormattableString.Invariant($"the output '{name}' of the exported model differs by {largest:0.#e+0} in ONNX Runtime, and {Tolerance:0.#e+0} is the most: nothing was written. Either an {nameof(IOnnxExport)} does not compute what its module does, or the network enlarges roundings"));
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException)
        {
            throw new ExperimentException($"ONNX Runtime's native library cannot be loaded: {exception.GetBaseException().Message} The package {Package} has it, {Package}.Managed has not", exception);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ExperimentException($"ONNX Runtime refuses the exported model: {exception.Message}", exception);
        }
    }

    private static List<double> Compare(InferenceSession session, StoredNetwork network, RgbImage image)
    {
        using var scope = NewDisposeScope();
        var single = ImageTensors.Normalised(image, network.Normalisation).unsqueeze(0);
        var images = cat([single, single.flip(-1)], 0);
        using var input = OrtValue.CreateTensorValueFromMemory(images.ToFloats(), images.shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, new Dictionary<string, OrtValue> { [OnnxModel.Input] = input }, [.. network.Outputs.Select(output => output.Name)]);
        return [.. network.Compute(images).Zip(outputs, Difference)];
    }

    private static double Difference(Tensor expected, OrtValue given)
    {
        using var scope = NewDisposeScope();
        var shape = given.GetTensorTypeAndShape().Shape;
        if (!shape.SequenceEqual(expected.shape)) return double.PositiveInfinity;
        var distance = (tensor(given.GetTensorDataAsSpan<float>().ToArray(), shape, device: CPU) - expected).abs().max().ToDouble();
        return distance / Math.Max(1, expected.abs().max().ToDouble());
    }

    private static string VersionOf(InferenceSession session) => session.GetType().Assembly.GetName().Version?.ToString(3) ?? "";
}
