using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>A weights file that someone else publishes and the user puts into the weights folder.</summary>
/// <param name="FileName">Its name in the weights folder.</param>
/// <param name="Source">Where to get it.</param>
/// <param name="Sha256">Hash of the published file, or null where the publisher gives none.</param>
public sealed record PublishedWeights(string FileName, string Source, string? Sha256 = null)
{
    /// <exception cref="ExperimentException">No folder was given, or the file is not there; says what goes where.</exception>
    public string Locate(ModuleContext context)
    {
        var remedy = $"get {FileName} from {Source}{(Sha256 is null ? "" : $" (SHA-256 {Sha256})")}";
        if (context.WeightsFolder is not { } folder)
            throw new ExperimentException($"{FileName} is needed and no weights folder was given: {remedy}, put it into a folder and give that with --weights DIR or POLE_WEIGHTS");
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? path : throw new ExperimentException($"{path} does not exist: {remedy}");
    }

    /// <summary>Reads safetensors, or a TorchScript archive (OpenAI's <c>.pt</c>) as 32-bit floats. The caller owns the tensors.</summary>
    public IReadOnlyDictionary<string, Tensor> Read(ModuleContext context)
    {
        var path = Locate(context);
        return Path.GetExtension(path) == ".pt" ? ReadTorchScript(path) : Safetensors.Read(path);
    }

    private static Dictionary<string, Tensor> ReadTorchScript(string path)
    {
        try
        {
            using var archive = jit.load(path, DeviceType.CPU);
            using var scope = NewDisposeScope();
            return archive.named_parameters().Select(entry => (entry.name, tensor: (Tensor)entry.parameter))
                .Concat(archive.named_buffers().Select(entry => (entry.name, tensor: entry.buffer)))
                .Where(entry => entry.name is not ("input_resolution" or "context_length" or "vocab_size"))
                .ToDictionary(entry => entry.name, entry => entry.tensor.detach().to(ScalarType.Float32, copy: true).MoveToOuterDisposeScope(), StringComparer.Ordinal);
        }
        catch (System.Runtime.InteropServices.ExternalException exception)
        {
            throw new ExperimentException($"{path}: cannot be read as a TorchScript archive: {exception.Message.Split('\n')[0]}", exception);
        }
    }
}
