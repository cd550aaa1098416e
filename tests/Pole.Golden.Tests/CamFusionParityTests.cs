using Pole.Zoo.Cam;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class CamFusionParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("cam_fusion");

    [TestCaseSource(nameof(Cases))]
    public void Strided_and_high_resolution_cams_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        foreach (var entry in golden["cases"].EnumerateArray())
        {
            var index = entry.GetProperty("index").GetInt32();
            var size = entry.GetProperty("size").EnumerateArray().Select(side => side.GetInt32()).ToArray();
            var outputs = Enumerable.Range(0, entry.GetProperty("scales").GetArrayLength()).Select(scale => io[$"{index}.output{scale}"]).ToList();
            var present = io[$"{index}.keys"].data<long>().Select(key => (int)key).ToList();

            var cam = CamFusion.Fuse(outputs, size[0], size[1], present);

            golden.AssertClose(cam.Strided, io[$"{index}.strided_cam"], "", $"strided {index}");
            golden.AssertClose(cam.HighResolution, io[$"{index}.high_res"], "", $"high resolution {index}");
        }
    }
}
