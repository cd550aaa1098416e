using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Pole.Generators.Tensors;

namespace Pole.Generators.Tests;

/// <summary>Tensors that are made on the CPU by accident.</summary>
public sealed class TensorDeviceTests
{
    [TestCase("static Tensor Make() => zeros(2, 3);", "zeros")]
    [TestCase("static Tensor Make() => torch.tensor(new[] { 1f, 2f });", "tensor")]
    [TestCase("static Tensor Make() { System.Func<Tensor> later = () => arange(5); return later(); }", "arange")]
    [TestCase("sealed class Plain { public Tensor Made { get; } public Plain() => Made = ones(2); }", "ones")]
    [TestCase("sealed class Net : nn.Module<Tensor, Tensor> { public Net() : base(\"net\") { } public override Tensor forward(Tensor x) => x + randn(2); }", "randn")]
    public void A_factory_without_a_device_is_shown(string code, string factory) =>
        Assert.That(Find(code), Is.EqualTo(new[] { $"POLE0031: '{factory}' makes a tensor on the CPU, whatever device the run has: give it 'device:', that of a tensor it meets, or CPU where it is meant" }));

    [TestCase("static Tensor Make(Tensor met) => zeros(2, 3, device: met.device);")]
    [TestCase("static Tensor Make() => tensor(new[] { 1f }, device: CPU);")]
    [TestCase("static Tensor Make(Tensor met) => zeros_like(met);")]
    [TestCase("static Tensor Make(Tensor met) => cat([met, met]);")]
    [TestCase("sealed class Net : nn.Module<Tensor, Tensor> { public Net() : base(\"net\") { register_buffer(\"b\", zeros(2)); } public override Tensor forward(Tensor x) => x; }")]
    public void A_device_a_likeness_and_the_constructor_of_a_network_are_none(string code) => Assert.That(Find(code), Is.Empty);

    private static List<string> Find(string code)
    {
        var compilation = SpecCompilation.Compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText($"using TorchSharp; using static TorchSharp.torch; public static class Code {{ {code} }}"));
        Assert.That(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error), Is.Empty);
        return [.. compilation.WithAnalyzers([new TensorDeviceAnalyzer()]).GetAnalyzerDiagnosticsAsync().Result.Select(diagnostic => $"{diagnostic.Id}: {diagnostic.GetMessage()}")];
    }
}
