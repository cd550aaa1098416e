using Pole.Data.Loading;
using Pole.Pipeline.Training;
using Pole.Zoo.Cam;
using Pole.Zoo.Optimizers;
using Pole.Zoo.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>A training that is cut off is taken up bit for bit.</summary>
public sealed class CheckpointTests
{
    private static readonly TrainingOptions Options = MicroExperiment.Pole.Baseline! with { Epochs = 4, Optimizer = new SgdOptions(), Schedule = new PolyOptions { Interval = 2 } };

    private string folder = "";
    private IDataset dataset = null!;

    [SetUp]
    public void Prepare()
    {
        folder = Directory.CreateTempSubdirectory("pole-checkpoint-").FullName;
        dataset = MicroExperiment.Pole.Dataset.Create(MicroExperiment.Context(folder, new RecordingProgress()).Modules);
        dataset.Prepare(new RecordingProgress { Worked = { "data" } }, CancellationToken.None);
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestCase(1)]
    [TestCase(4)]
    [TestCase(7)]
    [TestCase(11)]
    public void A_training_that_was_stopped_after_any_step_ends_with_the_same_weights_and_measurements(int step)
    {
        var whole = Train("whole");
        using var stop = new CancellationTokenSource();
        var steps = 0;
        Assert.That(() => Train("cut", stop.Token, () => { if (++steps == step) stop.Cancel(); }), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetDirectories(Path.Combine(folder, "cut.checkpoint")).Select(Path.GetFileName), Is.EquivalentTo(new[] { $"step-{step - 1}", $"step-{step}" }.Where(name => name != "step-0")));
        var resumed = Train("cut");

        Assert.That(resumed.Weights, Is.EqualTo(whole.Weights));
        Assert.That(File.ReadAllText(Path.Combine(folder, "cut", MeasurementFile.Name)), Is.EqualTo(File.ReadAllText(Path.Combine(folder, "whole", MeasurementFile.Name))));
        Assert.That(File.ReadAllBytes(Path.Combine(folder, "cut", Checkpoints.BestFile)), Is.EqualTo(File.ReadAllBytes(Path.Combine(folder, "whole", Checkpoints.BestFile))));
        Assert.That(resumed.Measured, Is.EqualTo(whole.Measured), "earlier steps are shown again");
    }

    [Test]
    public void Torchs_random_numbers_go_on_where_they_were()
    {
        var whole = Train("whole", noise: true);
        using var stop = new CancellationTokenSource();
        var steps = 0;
        Assert.That(() => Train("cut", stop.Token, () => { if (++steps == 5) stop.Cancel(); }, noise: true), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(Train("cut", noise: true).Weights, Is.EqualTo(whole.Weights));
        Assert.That(Train("plain").Weights, Is.Not.EqualTo(whole.Weights));
    }

    [Test]
    public void A_checkpoint_that_was_half_written_is_not_taken_up()
    {
        var whole = Train("whole");
        Directory.CreateDirectory(Path.Combine(folder, "cut.checkpoint", "step-9.tmp"));

        Assert.That(Train("cut").Weights, Is.EqualTo(whole.Weights));
    }

    /// <summary>One bit of any file of the newest checkpoint, or of the best network that belongs to it.</summary>
    [TestCase("step-7/weights.safetensors", "step-7: weights.safetensors is not what was written")]
    [TestCase("step-7/optimizer.bin", "step-7: optimizer.bin is not what was written")]
    [TestCase("step-7/state.json", "step-7: state.json is not what was written")]
    [TestCase("step-7/digests.json", "step-7: ")]
    [TestCase("best-*.safetensors", "step-7: best-")]
    public void A_damaged_checkpoint_is_left_out_for_the_one_before_it(string damaged, string fault)
    {
        var whole = Train("whole");
        using var stop = new CancellationTokenSource();
        var steps = 0;
        Assert.That(() => Train("cut", stop.Token, () => { if (++steps == 7) stop.Cancel(); }), Throws.InstanceOf<OperationCanceledException>());
        FlipBit(Directory.GetFiles(Path.Combine(folder, "cut.checkpoint"), Path.GetFileName(damaged), SearchOption.AllDirectories).Where(path => path.Contains(Path.GetDirectoryName(damaged)!, StringComparison.Ordinal)).Max(StringComparer.Ordinal)!);
        var resumed = Train("cut");

        Assert.That(resumed.Faults[0], Does.StartWith(fault));
        Assert.That(resumed.Weights, Is.EqualTo(whole.Weights));
        Assert.That(File.ReadAllText(Path.Combine(folder, "cut", MeasurementFile.Name)), Is.EqualTo(File.ReadAllText(Path.Combine(folder, "whole", MeasurementFile.Name))));
        Assert.That(File.ReadAllBytes(Path.Combine(folder, "cut", Checkpoints.BestFile)), Is.EqualTo(File.ReadAllBytes(Path.Combine(folder, "whole", Checkpoints.BestFile))));
    }

    [Test]
    public void Where_every_checkpoint_is_damaged_the_training_starts_anew()
    {
        var whole = Train("whole");
        using var stop = new CancellationTokenSource();
        var steps = 0;
        Assert.That(() => Train("cut", stop.Token, () => { if (++steps == 3) stop.Cancel(); }), Throws.InstanceOf<OperationCanceledException>());
        foreach (var checkpoint in Directory.GetDirectories(Path.Combine(folder, "cut.checkpoint"))) FlipBit(Path.Combine(checkpoint, "optimizer.bin"));
        var resumed = Train("cut");

        Assert.That(resumed.Faults, Has.Count.EqualTo(2));
        Assert.That(resumed.Weights, Is.EqualTo(whole.Weights));
    }

    private static void FlipBit(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    [Test]
    public void A_training_goes_on_where_its_measurements_were_cut()
    {
        var whole = Train("whole");
        using var stop = new CancellationTokenSource();
        Assert.That(() => Train("cut", stop.Token, stop.Cancel), Throws.InstanceOf<OperationCanceledException>());
        var file = Path.Combine(folder, "cut.checkpoint", MeasurementFile.Name);
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..20]);

        Assert.That(Train("cut").Weights, Is.EqualTo(whole.Weights));
    }

    [Test]
    public void Measurements_that_were_cut_are_read_up_to_there()
    {
        var file = Path.Combine(folder, MeasurementFile.Name);
        var line = MeasurementFile.Line(new Measurement("clims", 1, 1, new Dictionary<string, double> { ["loss"] = 0.5 }));
        File.WriteAllText(file, $"{line}\n\0\0\0\n{{\"stage\":7}}\n{line[..20]}");

        Assert.That(MeasurementFile.Read(file), Has.Count.EqualTo(1));
    }

    [Test]
    public void The_best_network_is_that_of_the_epoch_with_the_lowest_mean_loss()
    {
        Train("whole");
        var losses = MeasurementFile.Read(Path.Combine(folder, "whole", MeasurementFile.Name)).GroupBy(measured => measured.Epoch).Select(epoch => epoch.Average(measured => measured.Values["loss"])).ToList();
        // The network after the best epoch is the last network of a training that ends there, at the same rates.
        var best = losses.IndexOf(losses.Min()) + 1;
        using var scope = NewDisposeScope();
        var kept = Zoo.Weights.Safetensors.Read(Path.Combine(folder, "whole", Checkpoints.BestFile))["classifier.weight"].data<float>().ToArray();
        var weights = new List<float[]>();
        using var stop = new CancellationTokenSource();
        var steps = 0;
        Assert.That(() => Train("cut", stop.Token, () => { if (++steps == best * 3) stop.Cancel(); }, keep: weights), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(weights[0], Is.EqualTo(kept));
    }

    [TestCase(float.NaN, "NaN")]
    [TestCase(float.PositiveInfinity, "Infinity")]
    public void A_loss_that_is_no_number_names_step_term_and_images_and_the_last_good_state(float value, string shown)
    {
        var steps = 0;
        var error = Assert.Throws<ExperimentException>(() => Train("cut", spoil: loss => ++steps == 4 ? new TrainingLoss(loss.Total * value, [("fine", loss.Total), ("bad", loss.Total * value)]) : loss))!.Message;

        Assert.That(error, Does.StartWith($"micro: the loss term 'bad' became {shown} at step 4 (epoch 2), images shapes_").And.Contain("step-3").And.Contain("lower learning-rate"));
        Assert.That(error.Split("shapes_"), Has.Length.EqualTo(Options.BatchSize + 1));
    }

    [Test]
    public void A_training_leaks_no_tensor_whatever_its_length()
    {
        long Alive(string name, int epochs)
        {
            Train(name, options: Options with { Epochs = epochs });
            return DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }

        Alive("warm", 1);
        var first = Alive("short", 1);
        Assert.That(Alive("long", 3), Is.EqualTo(first));
    }

    [Test]
    public void A_training_without_a_step_says_so() =>
        Assert.That(() => Train("none", options: Options with { Epochs = 1, Accumulate = 1000 }), Throws.InstanceOf<ExperimentException>().With.Message.Contains("micro: the training has no optimiser step").And.Message.Contains("lower accumulate"));

    private (IReadOnlyList<float[]> Weights, IReadOnlyList<string> Measured, IReadOnlyList<string> Faults) Train(string name, CancellationToken cancellation = default, Action? onStep = null, bool noise = false, Func<TrainingLoss, TrainingLoss>? spoil = null, List<float[]>? keep = null, TrainingOptions? options = null)
    {
        using var scope = NewDisposeScope();
        options ??= Options;
        torch.random.manual_seed(3);
        var modules = new ModuleContext { Device = CPU, CacheFolder = folder };
        using var network = new ClassifierCamNetwork(MicroExperiment.Pole.Backbone!.Create(modules), dataset.Classes.Count);
        var batches = new TrainingBatches(dataset.Samples("train"), dataset.Classes.Count, options, 3);
        using var optimizer = TrainingOptimizer.Create([new ParameterGroup(network.parameters(), options.LearningRate, options.WeightDecay)], options, options.Steps(batches.Count), modules);
        var result = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        var measured = new List<string>();
        var progress = new RecordingProgress { Worked = { "micro" }, OnAdvance = _ => onStep?.Invoke(), OnMeasure = measurement => measured.Add(MeasurementFile.Line(measurement)) };
        var session = new TrainingSession("micro", progress, cancellation) { Checkpoints = new Checkpoints(Path.Combine(folder, $"{name}.checkpoint"), result, new CheckpointInterval { Steps = 1 }) };
        try
        {
            TrainingLoop.Run(new TrainingState(network, optimizer), batches, options.Steps(batches.Count), options.Accumulate, prepared =>
            {
                var loss = BaselineTraining.Loss(network, prepared.ToTensors(), CPU);
                return (spoil ?? (given => given))(noise ? loss * rand(1).squeeze() : loss);
            }, session);
        }
        finally
        {
            keep?.Add(network.state_dict()["classifier.weight"].data<float>().ToArray());
        }

        return ([.. network.parameters().Select(parameter => parameter.data<float>().ToArray())], measured, progress.Faults);
    }
}
