namespace Pole.Data.Shapes;

/// <summary>Pictures with captions as a web crawl has them: most of one object, some of a scene or of a ground alone, none of them telling everything.</summary>
internal static class CaptionComposer
{
    /// <summary>Subject of a picture of which everything is hidden.</summary>
    public const string Nothing = "nothing";

    private const int Stream = 1;

    private const double Ground = 0.24, Portrait = 0.8, TellsGround = 0.9, TellsPart = 0.1;

    /// <param name="masked">Share of the pictures with objects of which a part is hidden.</param>
    public static (RgbImage Image, string Caption) Render(int seed, int index, int resolution, double masked)
    {
        var random = RenderRandom.For(seed, Stream, index);
        var kind = random.NextUnit();
        var scene = kind < Ground ? SceneComposer.Portrait(random, null) : kind < Portrait ? SceneComposer.Portrait(random, random.Pick(ObjectCatalog.All)) : SceneComposer.Compose(random);
        var names = scene.Objects.Select(placed => placed.Variant.Names.Draw(placed.Variant.Class, random.NextUnit())).ToList();
        if (names.Count == 1 && random.Chance(TellsPart)) names[0] += $" with {ObjectCatalog.PartOf(scene.Objects[0].Variant.Class)}";
        var ground = scene.Scenery == SceneryCatalog.Backdrop || !random.Chance(TellsGround) ? "" : $" on {scene.Scenery.Word}";
        var image = SceneRenderer.RenderImage(scene, resolution, index);
        if (names.Count == 0 || masked == 0 || !random.Chance(masked)) return (image, Caption(names, scene.Scenery, ground));

        var view = new MaskedView(scene, resolution, random);
        return (view.Apply(image), Caption([.. view.Objects.Select(left => names[left])], view.ShowsScenery ? scene.Scenery : SceneryCatalog.Backdrop, view.ShowsScenery ? ground : ""));
    }

    /// <summary>What is seen. An empty picture has a word too: "a photo." would lie in the middle of all captions, near every class.</summary>
    private static string Caption(IReadOnlyList<string> names, Scenery scenery, string ground) =>
        $"a photo of {(names.Count > 0 ? $"{string.Join(" and ", names.Distinct())}{ground}" : scenery == SceneryCatalog.Backdrop ? Nothing : scenery.Word)}.";
}
