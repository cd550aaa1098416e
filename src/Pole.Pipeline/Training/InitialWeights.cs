using Pole.Zoo.Cam;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>The file that <c>initial-weights</c> of a training names.</summary>
internal static class InitialWeights
{
    private const string Source = "the checkpoints of an earlier run (RUN/checkpoints)";

    /// <summary>Files of the weights folder that the training reads.</summary>
    /// <exception cref="ExperimentException">It is missing, or no file; says what goes where.</exception>
    public static IReadOnlyList<string> Files(TrainingOptions? training, ModuleContext context)
    {
        if (training?.InitialWeights is not { } name) return [];
        if (string.IsNullOrWhiteSpace(name)) throw new ExperimentException("initial-weights is empty: name a file of the weights folder, or leave it out");
        var path = Published(name).Locate(context);
        return File.Exists(path) ? [path] : throw new ExperimentException($"initial-weights: {path} is a folder; name a file");
    }

    /// <summary>Puts them into a network before its first step, wherever it lies; leaves it as it is where the training names none.</summary>
    /// <exception cref="ExperimentException">The file is damaged, or of another network.</exception>
    public static void Load(TrainingOptions training, nn.Module network, ModuleContext context)
    {
        if (training.InitialWeights is not { } name) return;
        using var file = Published(name).Open(context);
        try
        {
            if (network is CamNetwork cam) CamCheckpoint.Load(cam, file);
            else StateDictionary.Load(network, file.Tensors, file.Path);
        }
        catch (ExperimentException exception)
        {
            throw new ExperimentException($"initial-weights: {exception.Message.TrimEnd(';')}; give what this training left in an earlier run, of the same network and classes", exception);
        }
    }

    private static PublishedWeights Published(string name) => new(name, Source);
}
