using System.CommandLine;
using System.Globalization;
using Pole.Runner.Runs;
using Pole.Zoo.Weights;

namespace Pole.Runner.Commands;

/// <summary><c>pole weights</c>: looks into weights files of any kind, and turns them into safetensors.</summary>
internal static class WeightsCommand
{
    public static Command Create()
    {
        var command = new Command("weights", "Inspect weight files, or convert them to safetensors.");
        command.Subcommands.Add(CreateInspect());
        command.Subcommands.Add(CreateConvert());
        return command;
    }

    private static Command CreateInspect()
    {
        var file = new Argument<string>("file") { Description = "A safetensors, .pth, .pt or .onnx file, or a Hugging Face folder." };
        var command = new Command("inspect", "Print kind, architecture, parameter count, types, SHA-256, and of a network of this project the run or stage that it comes from.") { file };
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            using var weights = WeightFile.Open(parsed.GetRequiredValue(file));
            var summary = WeightSummary.Of(weights);
            Console.WriteLine($"kind          {summary.Kind}");
            Console.WriteLine($"architecture  {summary.Architecture}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"parameters    {summary.Parameters:n0} in {summary.Tensors} tensors"));
            Console.WriteLine($"types         {string.Join(", ", summary.Types.OrderByDescending(type => type.Value).Select(type => $"{type.Value} {type.Key}"))}");
            if (NetworkOrigin.Of(parsed.GetRequiredValue(file)) is { } origin) Console.WriteLine($"origin        {origin}");
            foreach (var path in weights.Files) Console.WriteLine($"SHA-256       {FileHash.Sha256(path)}  {Path.GetFileName(path)}");
        }));
        return command;
    }

    private static Command CreateConvert()
    {
        var from = new Argument<string>("from") { Description = "A file or folder that inspect can read." };
        var to = new Argument<string>("to") { Description = "The safetensors file to write." };
        var command = new Command("convert", "Write the tensors as safetensors, with the same names and types.") { from, to };
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            LibTorch.Load();
            using var weights = WeightFile.Open(parsed.GetRequiredValue(from));
            var target = parsed.GetRequiredValue(to);
            AtomicFile.Write(target, path => Safetensors.Write(path, weights.Tensors));
            Console.WriteLine($"{target}: {weights.Tensors.Count} tensors, SHA-256 {FileHash.Sha256(target)}");
        }));
        return command;
    }
}
