using System.ComponentModel.DataAnnotations;

namespace Pole.Data.Shapes;

/// <summary>
/// A rendered data set in VOC layout: six classes with three unlike sub-variants each, one to three objects an image, on
/// grounds that co-occur with the classes.
/// </summary>
[PoleModule("shapes")]
[DatasetClasses("boat", "fish", "train", "car", "bird", "flower")]
public sealed record ShapesOptions : IModuleOptions<IDataset>, ICaptionedOptions
{
    /// <summary>Images of the training split.</summary>
    [Range(1, 1_000_000)] public int TrainImages { get; init; } = 480;

    /// <summary>Images of the held-out split.</summary>
    [Range(1, 1_000_000)] public int EvaluationImages { get; init; } = 200;

    /// <summary>Side of an image, in pixels.</summary>
    [Range(32, 1024)] public int Side { get; init; } = 128;

    /// <summary>Seed of the scenes; the experiment's own seed does not change the data.</summary>
    [Range(0, int.MaxValue)] public int Seed { get; init; }

    public IDataset Create(ModuleContext context) => new ShapesDataset(this, context.CacheFolder);
}
