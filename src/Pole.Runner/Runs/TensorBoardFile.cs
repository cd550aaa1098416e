using Pole.Pipeline.Inference;
using Pole.Pipeline.Training;
using Pole.Runner.Reports;
using Pole.Zoo.Cam;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Runner.Runs;

/// <summary>
/// A run as TensorBoard shows it, in the folder <c>tensorboard</c>: losses and learning rates of every step, and after each epoch histograms of the
/// weights and, for a CAM network, its CAMs of the first training images.
/// </summary>
/// <param name="cam">How CAMs are extracted.</param>
internal sealed class TensorBoardFile(string folder, CamOptions cam, Device device) : IMeasurementSink, ITrainingObserver
{
    public const string FolderName = "tensorboard";

    private const int Pictures = 4;

    private readonly SummaryWriter writer = torch.utils.tensorboard.SummaryWriter(Path.Combine(folder, FolderName), createRunName: false);
    private IReadOnlyList<ISample> samples = [];

    public void RunBegins(IDataset dataset) => samples = [.. dataset.Samples(dataset.TrainSplit).Where(sample => sample.PresentClasses.Count > 0).Take(Pictures)];

    public void Add(Measurement measurement)
    {
        foreach (var (name, value) in measurement.Values) writer.add_scalar($"{measurement.Stage}/{name.Replace('.', '/')}", (float)value, (int)measurement.Step);
    }

    public void EpochEnded(string stage, int epoch, long step, nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // Scales and shifts of norms are many and say little.
        foreach (var (name, weight) in network.named_parameters())
            if (weight.dim() > 1) writer.add_histogram($"{stage}/weights/{name}", weight.detach().to(ScalarType.Float32).cpu().flatten(), (int)step);
        if (network is CamNetwork trained) Draw(stage, (int)step, new CamExtraction(trained, cam, device));
    }

    private void Draw(string stage, int step, CamExtraction extraction)
    {
        foreach (var sample in samples)
        {
            using var extracted = extraction.Extract(sample);
            var picture = CamOverlay.Draw(sample.LoadImage(), extracted);
            writer.add_img($"{stage}/cams/{sample.Id}", tensor(picture.Pixels, [picture.Height, picture.Width, 3], device: CPU).permute(2, 0, 1).contiguous(), step);
        }
    }
}
