using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pole.Runner.Progress;

/// <summary>How much a stage does in a second.</summary>
internal sealed class RateColumn : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        var seconds = task.ElapsedTime?.TotalSeconds ?? 0;
        return new Text(seconds < 0.5 || task.IsIndeterminate ? "" : string.Create(CultureInfo.InvariantCulture, $"{task.Value / seconds,6:f1}/s"));
    }
}
