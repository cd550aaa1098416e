using Pole.Zoo.Backbones;

namespace Pole.Pipeline.Tests;

/// <summary>Data and weights that experiments miss.</summary>
public sealed class RequiredInputsTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-required-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Everything_that_experiments_miss_is_said_before_the_first_of_them_begins()
    {
        var progress = new RecordingProgress();
        var photographs = MicroExperiment.Baseline with { Name = "micro/voc", Dataset = new Data.Voc.Voc12Options(), Backbone = new ResNet50Options(), Prompt = null };
        Experiment[] experiments = [MicroExperiment.Pole, photographs, MicroExperiment.Full with { Segmentation = MicroExperiment.Full.Segmentation! with { Backbone = new ResNet101Options() } }, photographs with { Name = "micro/voc-again" }];

        var fault = Assert.Throws<MissingInputsException>(() => RequiredInputs.Require(experiments, MicroExperiment.Context(folder, progress)))!;

        Assert.That(fault.Faults.Select(line => line.Split(':')[0]), Is.EqualTo(new[] { "the data set voc12 is needed and no data folder was given", "resnet50-19c8e357.pth is needed and no weights folder was given", "resnet101-5d3b4d8f.pth is needed and no weights folder was given" }));
        Assert.That(progress.Worked, Is.Empty);
    }

    [Test]
    public void A_data_folder_that_lacks_the_data_set_is_one_of_them()
    {
        var context = MicroExperiment.Context(folder, new RecordingProgress());
        context = context with { Modules = context.Modules with { DataFolder = folder, WeightsFolder = folder } };
        Experiment On(IModuleOptions<IDataset> dataset) => MicroExperiment.Baseline with { Name = "micro/photographs", Dataset = dataset, Backbone = new ResNet50Options(), Prompt = null };

        var fault = Assert.Throws<MissingInputsException>(() => RequiredInputs.Require([On(new Data.Voc.Voc12Options()), On(new Data.Coco.Coco14Options())], context))!;

        Assert.That(fault.Faults.Select(line => line.Split(": ")[0]), Is.EqualTo(new[]
        {
            $"{Path.Combine(folder, "VOCdevkit", "VOC2012", "ImageSets", "Segmentation", "train_aug.txt")} does not exist", $"{Path.Combine(folder, "coco", "annotations", "instances_train2014.json")} does not exist",
            $"resnet50-19c8e357.pth does not exist in {folder}",
        }));
    }
}
