using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pole.Runner.Progress;

/// <summary>What the process holds, beside the stage that works.</summary>
internal sealed class MemoryColumn : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task.IsFinished ? "" : string.Create(CultureInfo.InvariantCulture, $"{ProcessMemory.Gigabytes():f1} GB"));
}
