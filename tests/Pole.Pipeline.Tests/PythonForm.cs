using System.Diagnostics;
using System.Globalization;
using Pole.Data.Imaging;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Objective;
using Pole.Zoo.Segmentation;
using Pole.Zoo.Tests;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>A form of <c>Python/careful_forms.py</c> in a process of its own, with the weights that a network of ours has now. There is none (null) where the machine's Python does not have what the form needs.</summary>
internal sealed class PythonForm : IDisposable
{
    /// <summary>Of the script, where a library that only this form needs is missing.</summary>
    private const int LacksLibrary = 3;

    private readonly Process process;

    private PythonForm(Process process, string build) => (this.process, Build) = (process, build);

    /// <summary>Version of torch, and the libraries that it computes with.</summary>
    public string Build { get; }

    /// <param name="heads">Of CLIP's vision and text towers.</param>
    /// <param name="images"><c>[N, 3, H, W]</c>.</param>
    /// <param name="labels"><c>[N, K]</c>.</param>
    public static PythonForm? ClimsStep(ClassifierCamNetwork network, ClipNetwork clip, IReadOnlyList<string> classTexts, IReadOnlyList<string> backgroundTexts, ObjectiveOptions objective, Tensor images, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var tensors = Weights(network, "network.").Concat(Weights(clip, "clip.")).ToDictionary();
        tensors["images"] = images;
        tensors["labels"] = labels;
        tensors["class-tokens"] = Tokens(classTexts);
        tensors["background-tokens"] = Tokens(backgroundTexts);
        tensors["heads"] = tensor(new long[] { clip.Architecture.VisionHeads, clip.Architecture.TextHeads });
        tensors["resolution"] = tensor((long)clip.ImageResolution);
        tensors["threshold"] = tensor((float)Term<CbsOptions>().Threshold);
        tensors["term-weights"] = tensor(new[] { (float)Term<OtmOptions>().Weight, (float)Term<BtmOptions>().Weight, (float)Term<CbsOptions>().Weight, (float)Term<RegOptions>().Weight });
        return Start("clims-step", tensors, images.device);

        Tensor Tokens(IReadOnlyList<string> texts) => tensor(texts.SelectMany(clip.Tokenizer.Encode).ToArray(), [texts.Count, clip.Tokenizer.ContextLength]).to(int64);

        TTerm Term<TTerm>() => objective.Terms.OfType<TTerm>().Single();
    }

    /// <param name="images"><c>[N, 3, H, W]</c>.</param>
    /// <param name="targets">Labels as numbers, <c>[N, 1, H, W]</c>.</param>
    public static PythonForm? DeepLabStep(SegmentationNetwork network, Tensor images, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return Start("deeplab-step", new Dictionary<string, Tensor>(Weights(network, "network.")) { ["images"] = images, ["targets"] = targets }, images.device);
    }

    /// <param name="images">Of one size.</param>
    /// <param name="present">Classes whose CAMs are wanted.</param>
    public static PythonForm? Cams(ClassifierCamNetwork network, IReadOnlyList<RgbImage> images, IReadOnlyList<double> scales, IReadOnlyList<int> present)
    {
        using var scope = NewDisposeScope();
        var tensors = Weights(network, "network.");
        for (var image = 0; image < images.Count; image++)
        for (var scale = 0; scale < scales.Count; scale++) tensors[$"image.{image}.{scale}"] = ImageTensors.Normalised(PilResize.Rescale(images[image], scales[scale]));
        tensors["present"] = tensor(present.Select(index => (long)index).ToArray());
        tensors["size"] = tensor(new long[] { images[0].Height, images[0].Width });
        tensors["scales"] = tensor((long)scales.Count);
        tensors["count"] = tensor((long)images.Count);
        return Start("cams", tensors, network.parameters().First().device);
    }

    /// <summary>pydensecrf's, where that Python has it too (lucasb-eyer/pydensecrf).</summary>
    /// <param name="probabilities">Labels × pixels.</param>
    public static PythonForm? DenseCrf(RgbImage image, float[] probabilities, int labels, DenseCrfOptions options)
    {
        using var scope = NewDisposeScope();
        return Start("dense-crf", new Dictionary<string, Tensor>
        {
            ["image"] = tensor(image.Pixels.Select(value => (long)value).ToArray(), [image.Height, image.Width, 3]),
            ["probabilities"] = tensor(probabilities, [labels, image.Height, image.Width]),
            ["iterations"] = tensor((long)options.Iterations),
            ["smoothing"] = tensor(new[] { (float)options.PositionDeviation, (float)options.PositionWeight }),
            ["appearance"] = tensor(new[] { (float)options.BilateralPositionDeviation, (float)options.BilateralColourDeviation, (float)options.BilateralWeight }),
        }, CPU);
    }

    /// <summary>Of the process so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The loss before the step's update, or a <see cref="Ramp"/> of the CAMs or marginals.</summary>
    public float Step()
    {
        try
        {
            process.StandardInput.WriteLine();
            process.StandardInput.Flush();
            if (process.StandardOutput.ReadLine() is { } value) return float.Parse(value, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It no longer reads.
        }

        process.WaitForExit();
        throw new InvalidOperationException($"the Python process has ended with exit code {process.ExitCode}");
    }

    /// <summary>The mean of numbers weighted from 0 to 1 in their order: that of others, or of the same in other places, is another.</summary>
    public static double Ramp(IReadOnlyList<float> values) => values.Select((value, place) => (double)value * place / values.Count).Average();

    public void Dispose()
    {
        if (!process.HasExited) process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static PythonForm? Start(string form, Dictionary<string, Tensor> tensors, Device device)
    {
        if (PythonInterpreter.WithTorch is not { } python) return null;
        var file = Path.Combine(Path.GetTempPath(), $"careful-form-{Guid.NewGuid():n}.safetensors");
        Safetensors.Write(file, tensors);
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Python", "careful_forms.py"), form, file, get_num_threads().ToString(CultureInfo.InvariantCulture), device.ToString()];
        var process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        // It has read the file when it names its build.
        var build = process.StandardOutput.ReadLine();
        File.Delete(file);
        if (build is not null) return new PythonForm(process, build);
        process.WaitForExit();
        var code = process.ExitCode;
        process.Dispose();
        return code == LacksLibrary ? null : throw new InvalidOperationException($"careful_forms.py {form} has ended with exit code {code}");
    }

    private static Dictionary<string, Tensor> Weights(nn.Module network, string prefix) => network.state_dict().ToDictionary(entry => prefix + entry.Key, entry => entry.Value);
}
