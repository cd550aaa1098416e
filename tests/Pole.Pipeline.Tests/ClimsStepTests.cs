using Pole.Data.Loading;
using Pole.Pipeline.Training;
using Pole.Zoo.Cam;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>The step that is trained with is the published one, computed with less.</summary>
public sealed class ClimsStepTests
{
    [Test]
    public void Losses_and_gradients_are_those_of_the_published_loop()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var experiment = MicroExperiment.Pole with { Prompt = MicroExperiment.Pole.Prompt! with { Synonyms = 1 }, Adaptor = new AdaptorOptions() };
        var modules = new ModuleContext { Device = CPU, CacheFolder = "" };
        string[] classes = ["boat", "fish", "train"];
        using var network = new ClassifierCamNetwork(experiment.Backbone!.Create(modules), classes.Length);
        using var clip = ((ICaptionPretraining)experiment.Clip!).CreateUntrained(["boat", "fish", "train", "water", "railway", "a", "photo", "of"]);
        clip.eval();
        var (images, labels) = (rand(3, 3, 48, 48), tensor(new float[] { 1, 0, 1, 0, 1, 0, 1, 1, 0 }, [3, 3]));
        var samples = new[] { Sample("one", 0, 2), Sample("two", 1), Sample("three", 0, 1) };

        var straight = new PublishedClimsLoop(network.Activations, clip, [.. classes.Select(Fill)], [.. experiment.Prompt.Backgrounds.Select(Fill)], experiment.Objective!).Loss(images, labels);
        straight.backward();
        var expected = network.parameters().Select(parameter => parameter.grad!.clone()).ToList();
        foreach (var parameter in network.parameters()) parameter.grad!.zero_();
        Assert.That(clip.parameters().Count(parameter => parameter.grad is not null), Is.GreaterThan(10), "the published loop trains nothing of CLIP, but computes its gradients");

        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        var strong = new StrongClimsLoop(network.Activations, clip, [.. classes.Select(Fill)], [.. experiment.Prompt.Backgrounds.Select(Fill)], experiment.Objective!).Loss(images, labels);
        Assert.That(strong.item<float>(), Is.EqualTo(straight.item<float>()).Within(1e-4));

        using var prompts = new PromptTable(clip, experiment.Prompt, classes, PromptChoices.GroundTruthOnly, modules);
        using var training = new ClimsTraining(network, clip, prompts, experiment.Objective!, experiment.Adaptor, modules);
        var fused = training.Loss(new TrainingBatch(samples, images, labels)).Total;
        fused.backward();

        Assert.That(fused.item<float>(), Is.EqualTo(straight.item<float>()).Within(1e-4));
        foreach (var (parameter, gradient) in network.parameters().Zip(expected))
            Assert.That((parameter.grad! - gradient).abs().max().item<float>(), Is.LessThan(1e-4 * Math.Max(1, gradient.abs().max().item<float>())));

        string Fill(string name) => experiment.Prompt.Template.Replace("{}", name, StringComparison.Ordinal);
    }

    private static ISample Sample(string id, params int[] present) => new SampleWithoutFile(id, present);
}
