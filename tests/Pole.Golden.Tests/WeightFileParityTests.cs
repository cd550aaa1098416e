using System.Text.RegularExpressions;
using Pole.Zoo.Clip;
using Pole.Zoo.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

/// <summary>The same weights in every container that they are published in.</summary>
[Category("Golden")]
public sealed partial class WeightFileParityTests
{
    private static readonly string[] Numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

    private static readonly (string File, WeightFileKind Kind)[] ClipFiles =
    [
        ("openai_state_dict.safetensors", WeightFileKind.Safetensors), ("state_dict.pth", WeightFileKind.TorchArchive), ("torchscript.pt", WeightFileKind.TorchScript), ("huggingface.safetensors", WeightFileKind.Safetensors),
    ];

    private static IEnumerable<TestCaseData> ClipCases => GoldenCase.OfTopic("clip_vit").Concat(GoldenCase.OfTopic("clip_rn"));

    private static IEnumerable<TestCaseData> CheckpointCases => GoldenCase.OfTopic("checkpoints");

    [TestCaseSource(nameof(ClipCases))]
    public void CLIP_gives_the_reference_features_from_every_container(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        foreach (var (name, kind) in ClipFiles.Where(entry => File.Exists(Path.Combine(golden.Folder, entry.File))))
        {
            using var file = WeightFile.Open(Path.Combine(golden.Folder, name));
            using var clip = ClipLoader.Load(file, new WordTokenizer([], golden.ContextLength));
            clip.eval();

            Assert.That(file.Kind, Is.EqualTo(kind), name);
            golden.AssertClose(clip.EncodeImage(io["image"]), io["image_features"], "features", $"image features of {name}");
            golden.AssertClose(clip.EncodeText(io["tokens"]), io["text_features"], "features", $"text features of {name}");
        }
    }

    [TestCaseSource(nameof(ClipCases))]
    public void A_TorchScript_archive_lists_the_entries_of_the_reference_with_their_types(GoldenCase golden)
    {
        using var file = WeightFile.Open(Path.Combine(golden.Folder, "torchscript.pt"));
        var expected = golden["torchscript_entries"].EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.EnumerateArray().Select(item => item.ToString()).ToList());

        Assert.That(file.Tensors.ToDictionary(entry => entry.Key, entry => (List<string>)[entry.Value.Type.ToString().ToLowerInvariant(), .. entry.Value.Shape.Select(size => $"{size}")]), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(CheckpointCases))]
    public void Every_container_of_torch_save_holds_the_reference_values(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var expected = golden.Tensors("expected.safetensors");
        foreach (var name in golden["files"].EnumerateObject().Select(entry => entry.Name).Where(name => name != "expected.safetensors"))
        {
            using var file = WeightFile.Open(Path.Combine(golden.Folder, name));
            var names = golden["names"].EnumerateArray().Select(entry => entry.GetString()!).ToList();
            foreach (var (key, stored) in file.Tensors)
            {
                var reference = name == "list.pth" ? names[int.Parse(key)] : key;
                Assert.That($"torch.{TypeName(stored.Type)}", Is.EqualTo(golden["dtypes"].GetProperty(reference).GetString()), $"{key} of {name}");
                var value = stored.Read();
                Assert.That(value.shape, Is.EqualTo(expected[reference].shape), $"{key} of {name}");
                Assert.That(value.to(expected[reference].dtype).Equals(expected[reference]), $"{key} of {name}");
            }

            Assert.That(file.Tensors, Has.Count.EqualTo(Count(golden["files"].GetProperty(name).GetString()!) ?? names.Count), name);
        }
    }

    /// <summary>"list of the first three tensors", "first four entries, …"; null where the description names no number.</summary>
    private static int? Count(string description) =>
        FirstOf().Match(description) is { Success: true } match && Array.IndexOf(Numbers, match.Groups[1].Value) is >= 0 and var number ? number : null;

    [GeneratedRegex("first ([a-z]+)")]
    private static partial Regex FirstOf();

    private static string TypeName(ScalarType type) => type == ScalarType.Byte ? "uint8" : type.ToString().ToLowerInvariant();
}
