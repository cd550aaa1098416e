using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pole.Runner.Progress;

/// <summary>How much a stage does in a second.</summary>
internal sealed class RateColumn : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        return new Text(task.Speed is not { } speed || task.IsIndeterminate ? "" : string.Create(CultureInfo.InvariantCulture, $"{speed,6:f1}/s"));
    }
}
