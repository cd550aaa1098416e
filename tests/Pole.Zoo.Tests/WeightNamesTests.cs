using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Segmentation;
using Pole.Zoo.Weights;

namespace Pole.Zoo.Tests;

/// <summary>Names that users of the published implementations know.</summary>
public sealed class WeightNamesTests
{
    [Test]
    public void A_CAM_network_lists_what_CLIMS_lists_in_its_order_of_aliases()
    {
        using var network = new ClassifierCamNetwork(new ResNet(4, [3, 4, 6, 3], 16, freezeStem: true), 20);
        var names = network.named_parameters().Select(entry => entry.name).Concat(network.named_buffers().Select(entry => entry.name)).ToList();

        // CLIMS's file has 956 entries, counters of batch norms among them (golden/clims_net).
        Assert.That(names.Sum(name => network.PublishedNamesOf(name).Count), Is.EqualTo(956));
        Assert.That(names.SelectMany(network.PublishedNamesOf), Is.Unique);
        Assert.That(network.PublishedNamesOf("backbone.conv1.weight"), Is.EqualTo(new[] { "resnet50.conv1.weight", "stage1.0.weight", "backbone.0.0.weight" }));
        Assert.That(network.PublishedNamesOf("backbone.bn1.running_var"), Is.EqualTo(new[] { "resnet50.bn1.running_var", "stage1.1.running_var", "backbone.0.1.running_var" }));
        Assert.That(network.PublishedNamesOf("backbone.layer1.0.bn3.bias"), Is.EqualTo(new[] { "resnet50.layer1.0.bn3.bias", "stage1.4.0.bn3.bias", "backbone.0.4.0.bn3.bias" }));
        Assert.That(network.PublishedNamesOf("backbone.layer4.2.conv2.weight"), Is.EqualTo(new[] { "resnet50.layer4.2.conv2.weight", "stage4.0.2.conv2.weight", "backbone.3.0.2.conv2.weight" }));
        Assert.That(network.PublishedNamesOf("classifier.weight"), Is.EqualTo(new[] { "classifier.weight", "newly_added.0.weight" }));
    }

    [Test]
    public void Of_the_names_of_a_weight_the_first_alone_is_read_back()
    {
        using var network = new ClassifierCamNetwork(new ResNet(4, [1, 1, 1, 1], 16, freezeStem: true), 20);

        foreach (var (name, _) in network.named_parameters())
            Assert.That(network.PublishedNamesOf(name).Select(CamCheckpoint.FromClims), Is.EqualTo(network.PublishedNamesOf(name).Select((_, index) => index == 0 ? name : null)));
    }

    [Test]
    public void DeepLab_has_its_backbone_and_its_pyramid_side_by_side()
    {
        using var network = (MultiScaleSegmenter)new DeepLabV2Options().Create(new SegmentationBase(21, () => new CaffeResNet(4, [1, 1, 1, 1])), ModuleContext.None);

        Assert.That(StateDictionary.Save(network).Keys.SelectMany(network.PublishedNamesOf), Is.Unique.And.Contain("base.layer1.conv1.conv.weight").And.Contain("base.layer2.block1.reduce.bn.running_mean").And.Contain("base.aspp.c0.weight").And.Contain("base.aspp.c3.bias"));
    }
}
