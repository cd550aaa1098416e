using Pole.Zoo.Optimizers;
using Pole.Zoo.Schedules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class PolySgdParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("poly_sgd");

    [TestCaseSource(nameof(Cases))]
    public void Rates_and_parameters_match_the_reference_at_every_step(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        foreach (var setting in golden["cases"].EnumerateObject())
        {
            var decay = setting.Value.GetProperty("weight_decay_argument").GetDouble();
            var groupDecay = setting.Value.GetProperty("groups_carry_weight_decay").GetBoolean() ? decay : 0;
            var (a, b) = (new Parameter(io[$"{setting.Name}.a0"].clone()), new Parameter(io[$"{setting.Name}.b0"].clone()));
            ParameterGroup[] groups = [new([a], setting.Value.GetProperty("lr").GetDouble(), groupDecay), new([b], setting.Value.GetProperty("lr_group_b").GetDouble(), groupDecay)];
            using var optimizer = new ScheduledOptimizer(
                new ClimsSgdOptions { Momentum = decay }.Create(groups, ModuleContext.None), new PolyOptions().Create(ModuleContext.None), [.. groups.Select(group => group.LearningRate)], setting.Value.GetProperty("max_step").GetInt64());

            for (var step = 1; step <= golden["steps"].GetInt32(); step++)
            {
                optimizer.ZeroGradients();
                a.grad = io[$"{setting.Name}.grad_a{step}"];
                b.grad = io[$"{setting.Name}.grad_b{step}"];
                optimizer.Step();

                var rates = setting.Value.GetProperty("lr_used_per_step")[step - 1];
                Assert.That(optimizer.LearningRates, Is.EqualTo(rates.EnumerateArray().Select(rate => rate.GetDouble())).Within(1e-12), $"{setting.Name} step {step}");
                golden.AssertClose(a, io[$"{setting.Name}.a{step}"], "", $"{setting.Name} a step {step}");
                golden.AssertClose(b, io[$"{setting.Name}.b{step}"], "", $"{setting.Name} b step {step}");
            }
        }
    }
}
