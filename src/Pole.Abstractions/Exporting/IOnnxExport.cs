namespace Pole;

/// <summary>
/// A module that can be exported as ONNX. TorchSharp can neither trace a network nor write one, so a module adds the operators of its inference to a graph itself. One without it can be exported as weights only.
/// </summary>
public interface IOnnxExport
{
    /// <param name="input">Of a network or a backbone: images <c>[N, 3, H, W]</c>, normalised as it sees them. N, H and W are not known.</param>
    /// <returns>
    /// A <see cref="Backbone"/>: its stages, in the order of <see cref="IStagedBackbone.Stages"/>, or its features alone; the last are its output. A <see cref="CamNetwork"/>: <see cref="CamNetwork.Maps"/>, then
    /// <see cref="CamNetwork.Logits"/>. A <see cref="SegmentationNetwork"/>: the first of its <see cref="SegmentationNetwork.Pyramid"/>. A layer: its output.
    /// </returns>
    /// <exception cref="OnnxExportException">It contains a module that cannot be exported.</exception>
    IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input);
}
