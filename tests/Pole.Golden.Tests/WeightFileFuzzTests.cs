using CsCheck;
using Pole.Zoo.Weights;

namespace Pole.Golden.Tests;

/// <summary>Damage of any kind to a real file is an error that names it, never a crash.</summary>
[Category("Golden")]
public sealed class WeightFileFuzzTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("checkpoints");

    [TestCaseSource(nameof(Cases))]
    public void A_damaged_file_is_read_or_refused(GoldenCase golden)
    {
        var folder = Directory.CreateTempSubdirectory("pole-fuzz-").FullName;
        try
        {
            foreach (var name in new[] { "zip.pth", "legacy.pth", "nested_module_prefix.pth", "all_dtypes.safetensors" })
            {
                var whole = File.ReadAllBytes(Path.Combine(golden.Folder, name));
                var path = Path.Combine(folder, name);
                Gen.Select(Gen.Int[0, whole.Length - 1].Array[1, 4], Gen.Byte.Array[4], Gen.Int[0, whole.Length], Gen.Bool).Sample((places, bytes, length, cut) =>
                {
                    var damaged = whole.ToArray();
                    for (var index = 0; index < places.Length; index++) damaged[places[index]] = bytes[index];
                    File.WriteAllBytes(path, cut ? damaged[..length] : damaged);
                    return ReadsOrRefuses(path);
                }, iter: 400, threads: 1);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool ReadsOrRefuses(string path)
    {
        try
        {
            using var file = WeightFile.Open(path);
            foreach (var tensor in file.Tensors.Values) tensor.Read().Dispose();
            return true;
        }
        catch (ExperimentException exception)
        {
            return exception.Message.Contains(path, StringComparison.Ordinal);
        }
    }
}
