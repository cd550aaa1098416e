using Pole.Zoo.Optimizers;
using Pole.Zoo.Schedules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>Optimisers, and schedules of their learning rates.</summary>
public sealed class OptimizerTests
{
    private const long Steps = 20;

    private static IModuleOptions<Optimizer, IReadOnlyList<ParameterGroup>>[] Optimizers => [new SgdOptions(), new SgdOptions { Nesterov = true }, new ClimsSgdOptions(), new AdamWOptions()];

    [Test]
    public void Poly_falls_as_a_power_and_keeps_a_rate_for_its_interval()
    {
        var (plain, stepped) = (new PolyOptions().Create(ModuleContext.None), new PolyOptions { Power = 1, Interval = 5 }.Create(ModuleContext.None));

        Assert.That(Factors(plain), Is.EqualTo(Enumerable.Range(0, 20).Select(step => Math.Pow(1 - step / 20.0, 0.9))));
        Assert.That(Factors(stepped), Is.EqualTo(Enumerable.Range(0, 20).Select(step => 1 - step / 5 * 5 / 20.0)));
        Assert.That(stepped.Factor(100, Steps), Is.EqualTo(stepped.Factor(Steps - 1, Steps)), "it stays where it is after the last step");
    }

    [Test]
    public void Cosine_starts_at_one_is_half_in_the_middle_and_ends_at_zero()
    {
        var schedule = new CosineOptions().Create(ModuleContext.None);

        Assert.That(new[] { schedule.Factor(0, Steps), schedule.Factor(10, Steps), schedule.Factor(20, Steps) }, Is.EqualTo(new[] { 1, 0.5, 0 }).Within(1e-12));
    }

    [TestCase(0.25, null)]
    [TestCase(null, 5)]
    public void A_warm_up_rises_to_one_and_hands_over_to_the_next_schedule(double? share, int? steps)
    {
        var schedule = new WarmUpOptions { Share = share, Steps = steps, Then = new PolyOptions { Power = 1 } }.Create(ModuleContext.None);

        Assert.That(Factors(schedule), Is.EqualTo(Enumerable.Range(0, 5).Select(step => (step + 1) / 5.0).Concat(Enumerable.Range(0, 15).Select(step => 1 - step / 15.0))));
    }

    /// <summary>1 − (1 − step / 5) · (1 − 0.1), then (1 − step / 20) of the whole training (zbf1991/WeCLIP, utils/optimizer.py).</summary>
    [Test]
    public void A_warm_up_may_start_from_a_factor_and_lie_over_the_next_schedule()
    {
        var schedule = new WarmUpOptions { Steps = 5, StartFactor = 0.1, Overlap = true, Then = new PolyOptions { Power = 1 } }.Create(ModuleContext.None);

        Assert.That(Factors(schedule), Is.EqualTo(Enumerable.Range(0, 5).Select(step => 1 - (1 - step / 5.0) * (1 - 0.1)).Concat(Enumerable.Range(5, 15).Select(step => 1 - step / 20.0))).Within(1e-12));
    }

    [Test]
    public void Constant_rates_stay() => Assert.That(Factors(new ConstantOptions().Create(ModuleContext.None)), Is.All.EqualTo(1));

    [Test]
    public void AdamW_makes_the_step_of_its_formula()
    {
        using var scope = NewDisposeScope();
        var weight = new Parameter(tensor(new[] { 1f, -2f }));
        using var optimizer = new AdamWOptions().Create([new ParameterGroup([weight], 0.1, 0.01)], ModuleContext.None);
        weight.grad = tensor(new[] { 0.5f, 0.5f });
        optimizer.Step();

        // The first step goes by the sign of the gradient, after the decay by rate · decay.
        Assert.That(weight.data<float>().ToArray(), Is.EqualTo(new[] { 1 * 0.999f - 0.1f, -2 * 0.999f - 0.1f }).Within(1e-5));
    }

    [TestCaseSource(nameof(Optimizers))]
    public void A_resumed_optimiser_goes_on_as_one_that_was_not_cut_off(IModuleOptions<Optimizer, IReadOnlyList<ParameterGroup>> options)
    {
        using var scope = NewDisposeScope();
        var (whole, resumed) = (new Parameter(ones(4)), new Parameter(ones(4)));
        using var undisturbed = Scheduled(options, whole);
        Train(undisturbed, whole, 0, 6);
        var state = new MemoryStream();
        using (var first = Scheduled(options, resumed))
        {
            Train(first, resumed, 0, 3);
            first.Save(new BinaryWriter(state));
        }

        state.Position = 0;
        using var second = Scheduled(options, resumed);
        second.Load(new BinaryReader(state));
        Train(second, resumed, 3, 6);

        Assert.That(resumed.data<float>().ToArray(), Is.EqualTo(whole.data<float>().ToArray()));
        Assert.That(second.LearningRates, Is.EqualTo(undisturbed.LearningRates));
        Assert.That(whole.data<float>().ToArray(), Is.All.Not.EqualTo(1f));
    }

    private static double[] Factors(ILearningRateSchedule schedule) => [.. Enumerable.Range(0, (int)Steps).Select(step => schedule.Factor(step, Steps))];

    private static ScheduledOptimizer Scheduled(IModuleOptions<Optimizer, IReadOnlyList<ParameterGroup>> options, Parameter weight) =>
        new(options.Create([new ParameterGroup([weight], 0.1, 0.01)], ModuleContext.None), new CosineOptions().Create(ModuleContext.None), [0.1], Steps);

    private static void Train(ScheduledOptimizer optimizer, Parameter weight, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            weight.grad = tensor(new[] { 0.1f * step, 0.5f, -0.3f, 1f });
            optimizer.Step();
        }
    }
}
