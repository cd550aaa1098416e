using Pole.Pipeline.Refinement;
using Pole.Pipeline.Stages;

namespace Pole.Pipeline.Tests;

/// <summary>Confident labels by powers of the background score, as AffinityNet makes them.</summary>
public sealed class AlphaLabelsTests
{
    private const int Class = 6;

    /// <summary>Without iterations the strongest score wins.</summary>
    private static readonly DenseCrfOptions NoCrf = new() { Iterations = 0 };

    /// <summary>Background scores by the powers 4 and 32: 0.81 and 0.19; 0.41 and 0.0008; 0.0001 and 0.</summary>
    [TestCase(0.05f, (byte)0)]
    [TestCase(0.2f, LabelMap.Ignored)]
    [TestCase(0.9f, (byte)(Class + 1))]
    public void A_pixel_is_what_wins_against_both_powers_or_ignored(float cam, byte expected) => Assert.That(Find([cam], [Class]), Is.EqualTo(new[] { expected }));

    [Test]
    public void The_strongest_of_several_classes_is_the_foreground() => Assert.That(Find([0.1f, 0.8f, 0.7f, 0.1f], [2, 5]), Is.EqualTo(new byte[] { 6, 3 }));

    [Test]
    public void The_background_scores_against_the_strongest_class_alone() =>
        // (1 − 0.3)^4 = 0.24: the sum of both maps would leave 0.03.
        Assert.That(Find([0.2f, 0.3f], [2, 5]), Is.EqualTo(new byte[] { 6 }));

    [Test]
    public void An_image_without_classes_is_background() => Assert.That(AlphaLabels.Find(new RgbImage(2, 1, new byte[6]), [], [], 4, 32, NoCrf).Labels, Is.EqualTo(new byte[2]));

    [Test]
    public void The_CRF_fills_what_a_map_leaves_open_among_equal_colours()
    {
        var cams = Enumerable.Repeat(0.9f, 81).ToArray();
        cams[40] = 0.2f;
        var image = new RgbImage(9, 9, [.. Enumerable.Repeat((byte)100, 243)]);

        Assert.That(AlphaLabels.Find(image, cams, [Class], 4, 32, new DenseCrfOptions()).Labels, Is.All.EqualTo(Class + 1));
    }

    [Test]
    public void Powers_that_are_left_out_are_no_part_of_the_stage_s_key()
    {
        Assert.That(Keys(MicroExperiment.Full), Has.None.EndsWith("-alpha"));
        Assert.That(Keys(MicroExperiment.Full with { Refinement = MicroExperiment.Full.Refinement! with { ForegroundAlpha = 4, BackgroundAlpha = 32 } }), Is.SupersetOf(new[] { "refinement.foreground-alpha", "refinement.background-alpha" }));

        static IEnumerable<string> Keys(Experiment experiment)
        {
            var graph = StageGraph.Of(experiment);
            return graph.Reads(graph.Nodes.Single(node => node.Name == "confident-labels")).Keys;
        }
    }

    /// <param name="cams">Classes × pixels.</param>
    private static byte[] Find(float[] cams, int[] classes) => AlphaLabels.Find(new RgbImage(cams.Length / classes.Length, 1, new byte[cams.Length / classes.Length * 3]), cams, classes, 4, 32, NoCrf).Labels;
}
