using Pole.Pipeline.Refinement.Steps;
using Pole.Zoo.Adaptors;
using Pole.Zoo.Objective;

namespace Pole.Generators.Tests;

/// <summary>Keys at paths that they had before <c>objective.terms</c> and modules for adaptors.</summary>
public sealed class MovedKeyTests
{
    private static readonly string Shapes = Specs.Shapes.Replace("objective: { terms: [{ name: otm, weight: 5 }, reg] }", "loss: {}");

    [Test]
    public void Values_are_read_at_their_former_paths_with_a_warning_that_says_the_new_one()
    {
        var compilation = Specs.Compile(Shapes.Replace("loss: {}", "loss: { otm: 3, background-threshold: 0.4 }"));

        Assert.That(compilation.Diagnostics.Select(diagnostic => (diagnostic.Id, diagnostic.Location.GetLineSpan().StartLinePosition.Character + 1, diagnostic.GetMessage())), Is.EqualTo(new[]
        {
            ("POLE0024", 9, "'loss.otm' has moved to 'objective.terms.otm.weight'"),
            ("POLE0024", 17, "'loss.background-threshold' has moved to 'objective.terms.cbs.threshold'"),
        }));
        Assert.That(compilation.LoadExperiments().Single().Objective!.Terms, Is.EqualTo(new IModuleOptions<ObjectiveTerm>[] { new OtmOptions { Weight = 3 }, new BtmOptions(), new CbsOptions { Threshold = 0.4 }, new RegOptions() }));
    }

    [Test]
    public void The_former_weights_of_a_sweep_and_of_a_base_are_read()
    {
        var points = SpecCompilation.Of([("base/a.yaml", Shapes.Replace("loss: {}", "loss: { reg: 4 }")), ("shapes/b.yaml", "extends: ../base/a.yaml\nsweep: { loss.otm: [1, 2] }"), Specs.Corpus]).LoadExperiments();

        Assert.That(points.Select(point => (((OtmOptions)point.Objective!.Terms[0]).Weight, ((RegOptions)point.Objective.Terms[3]).Weight)), Is.EqualTo(new[] { (1.0, 4.0), (2.0, 4.0) }));
    }

    [Test]
    public void A_former_weight_changes_the_terms_of_a_base_that_has_them()
    {
        var experiment = SpecCompilation.Of([("base/a.yaml", Specs.Shapes), ("shapes/b.yaml", "extends: ../base/a.yaml\nloss: { otm: 7 }"), Specs.Corpus]).LoadExperiments().Single();

        Assert.That(experiment.Objective!.Terms, Is.EqualTo(new IModuleOptions<ObjectiveTerm>[] { new OtmOptions { Weight = 7 }, new RegOptions() }));
    }

    [Test]
    public void Ratios_of_adaptors_are_those_of_residual_adaptors()
    {
        var adaptor = Specs.Compile($"{Specs.Shapes}\nadaptor: {{ image-ratio: 0.3, reduction: 2, rate: 0.1 }}").LoadExperiments().Single().Adaptor;

        Assert.That(adaptor, Is.EqualTo(new AdaptorOptions { Image = new ResidualAdaptorOptions { Ratio = 0.3, Reduction = 2 }, Rate = 0.1 }));
    }

    [TestCase("loss: 3", "POLE0003", 7, "'loss' has moved to 'objective.terms', a list of terms such as [{ name: otm, weight: 10 }]")]
    [TestCase("loss: { otn: 3 }", "POLE0002", 9, "unknown key 'otn' in 'loss', which has moved to 'objective.terms'; did you mean 'otm'?")]
    [TestCase("loss: { otm: none }", "POLE0003", 14, "'objective.terms[0].weight' must be a number, not 'none'")]
    [TestCase("loss: { otm: 3 }\nobjective: { terms: [{ name: otm, weight: 5 }] }", "POLE0018", 9, "'loss.otm' is the former path of 'objective.terms.otm.weight', which this spec gives too: give 'objective.terms.otm.weight' alone")]
    [TestCase("loss: {}\nadaptor: { reduction: 2 }", "POLE0002", 12, "unknown key 'reduction' in 'adaptor'")]
    public void A_fault_is_shown_where_it_stands(string yaml, string id, int column, string message)
    {
        var fault = Specs.Compile(Shapes.Replace("loss: {}", yaml)).Diagnostics.Single(diagnostic => diagnostic.Id != "POLE0024");

        Assert.That((fault.Id, fault.Location.GetLineSpan().StartLinePosition.Character + 1), Is.EqualTo((id, column)), fault.GetMessage());
        Assert.That(fault.GetMessage(), Does.StartWith(message));
    }

    [TestCase("loss: { otm: 3 }", "objective: { terms: { otm: { weight: 9 } } }", "otm 9, btm 24, cbs 1, reg 0.2")]
    [TestCase("loss: { otm: 3 }", "objective: { terms: [{ name: otm, weight: 9 }] }", "otm 9")]
    [TestCase("loss: { otm: 3 }", "objective: { terms: { cbs: ~ } }", "otm 3, btm 24, reg 0.2")]
    [TestCase("loss: { otm: 3 }", "objective: { terms: !append [{ name: blend, weight: 2 }] }", null)]
    [TestCase("loss: { otm: 3 }", "loss: { reg: 4 }", "otm 3, btm 24, cbs 1, reg 4")]
    [TestCase("objective: { terms: [otm, reg] }", "loss: { reg: 4 }", "otm 10, reg 4")]
    public void What_a_later_file_says_holds_at_whichever_path(string below, string above, string? terms)
    {
        var compilation = SpecCompilation.Of([("base/a.yaml", Shapes.Replace("loss: {}", below)), ("shapes/b.yaml", $"extends: ../base/a.yaml\n{above}"), Specs.Corpus]);

        if (terms is null) Assert.That(compilation.Diagnostics.Single(diagnostic => diagnostic.Id != "POLE0024").GetMessage(), Does.Contain("there is no module 'blend'"));
        else Assert.That(Describe(compilation.LoadExperiments().Single().Objective!), Is.EqualTo(terms));
    }

    [TestCase("momentum: 0.9", "optimizer: { momentum: 0.5 }", "sgd 0.5")]
    [TestCase("momentum: 0.9", "optimizer: adamw", "adamw")]
    [TestCase("momentum: 0.9", "optimizer: ~", "none")]
    [TestCase("optimizer: adamw", "momentum: 0.5", "sgd 0.5")]
    [TestCase("optimizer: { name: sgd, momentum: 0.9 }", "momentum: 0.5", "sgd 0.5")]
    [TestCase("momentum: 0.9", "momentum: 0.5", "sgd 0.5")]
    public void So_it_does_in_a_training(string below, string above, string optimizer)
    {
        var training = Training(below, above);

        Assert.That(training.Optimizer switch { null => "none", Zoo.Optimizers.SgdOptions sgd => $"sgd {sgd.Momentum}", _ => "adamw" }, Is.EqualTo(optimizer));
    }

    [TestCase("resize-from: 112, resize-to: 192", "scale-from: 0.5, scale-to: 1.5")]
    [TestCase("augmentation: { name: random-long-side, from: 112, to: 192 }", "scale-from: 0.5, scale-to: 1.5")]
    [TestCase("resize-from: 112, resize-to: 192", "scale-from: 0.5, scale-to: 1.5, resize-from: 20")]
    public void A_range_of_scales_takes_the_place_of_the_long_side(string below, string above) =>
        Assert.That(Training(below, above).Augmentation, Is.EqualTo(new Data.Augmentations.RandomScaleOptions { From = 0.5, To = 1.5 }));

    [TestCase("classifier-rate: 3", "head-lr-multiplier: 4")]
    [TestCase("head-lr-multiplier: 3", "classifier-rate: 4")]
    public void A_renamed_key_is_one_key(string below, string above) => Assert.That(Training(below, above).HeadLrMultiplier, Is.EqualTo(4));

    [TestCase("", "beta: 5", "random-walk 5")]
    [TestCase("", "mask-crf: { iterations: 3 }", "random-walk 10, dense-crf 3")]
    [TestCase("mask-crf: { iterations: 3 }", "exp-times: 2", "random-walk 10, dense-crf 3")]
    [TestCase("mask-crf: { iterations: 3 }", "mask-crf: ~", "random-walk 10")]
    [TestCase("mask-crf: { iterations: 3 }", "mask-crf: { bilateral-weight: 2 }", "random-walk 10, dense-crf 3")]
    [TestCase("mask-crf: { iterations: 3 }", "steps: { dense-crf: { iterations: 4 }, random-walk: { beta: 2 } }", "random-walk 2, dense-crf 4")]
    [TestCase("mask-crf: { iterations: 3 }", "steps: { dense-crf: ~ }", "random-walk 10")]
    [TestCase("beta: 5", "steps: [dense-crf]", "dense-crf 10")]
    [TestCase("steps: [random-walk]", "mask-crf: { iterations: 3 }", "random-walk 10, dense-crf 3")]
    [TestCase("steps: [{ name: random-walk, beta: 3 }, dense-crf]", "beta: 5, mask-crf: ~", "random-walk 5")]
    [TestCase("mask-crf: { iterations: 3 }", "steps: !remove [random-walk]", "dense-crf 3")]
    [TestCase("beta: 5", "steps: !append [{ name: dense-crf, iterations: 2 }]", "random-walk 5, dense-crf 2")]
    public void What_was_an_option_of_the_refinement_is_one_of_its_step(string below, string above, string steps)
    {
        var refined = $"{Specs.Shapes}\nrefinement: {{ affinity: irnet, training: {{ epochs: 1, learning-rate: 0.1 }}{(below.Length > 0 ? $", {below}" : "")} }}";
        var experiment = SpecCompilation.Of([("base/a.yaml", refined), ("shapes/b.yaml", $"extends: ../base/a.yaml\nrefinement: {{ {above} }}"), Specs.Corpus]).LoadExperiments().Single();

        Assert.That(Describe(experiment.Refinement!), Is.EqualTo(steps));
    }

    [TestCase("beta: 5", "'refinement.beta' has moved to 'refinement.steps.random-walk.beta': steps: [{ name: random-walk, beta: … }]")]
    [TestCase("mask-crf: { iterations: 3 }", "'refinement.mask-crf' has moved to 'refinement.steps.dense-crf': steps: [random-walk, { name: dense-crf, … }]")]
    public void A_former_option_of_the_refinement_is_said_as_a_spec_without_steps_says_it(string former, string message) =>
        Assert.That(Specs.Compile($"{Specs.Shapes}\nrefinement: {{ affinity: irnet, training: {{ epochs: 1, learning-rate: 0.1 }}, {former} }}").Diagnostics.Single().GetMessage(), Is.EqualTo(message));

    [TestCase("steps: [dense-crf], beta: 5", "POLE0018", "'refinement.beta' is the former path of 'refinement.steps.random-walk.beta', and this spec gives 'refinement.steps' too: give 'refinement.steps' alone")]
    [TestCase("steps: ~, beta: 5", "POLE0018", "'refinement.beta' is the former path of")]
    [TestCase("steps: !append [dense-crf], beta: 5", "POLE0018", "'refinement.beta' is the former path of")]
    [TestCase("doublings: 3, exp-times: 5", "POLE0018", "'refinement.exp-times' and 'refinement.doublings' are both former paths of 'refinement.steps.random-walk.exp-times': give 'refinement.steps.random-walk.exp-times' alone")]
    [TestCase("mask-crf: { name: dense-crf, iterations: 2 }", "POLE0002", "unknown key 'name' in 'refinement.mask-crf', which has moved to 'refinement.steps.dense-crf'")]
    [TestCase("steps: { random-walk: { beta: 5 } }", "POLE0003", "'refinement.steps' must be a list, not a map: a map changes the list that a base gives, and none gives one here")]
    public void What_a_spec_says_of_the_steps_at_two_paths_is_a_fault(string yaml, string id, string message)
    {
        var fault = Specs.Compile($"{Specs.Shapes}\nrefinement: {{ affinity: irnet, training: {{ epochs: 1, learning-rate: 0.1 }}, {yaml} }}").Diagnostics.First(diagnostic => diagnostic.Id != "POLE0024");

        Assert.That(fault.Id, Is.EqualTo(id));
        Assert.That(fault.GetMessage(), Does.StartWith(message));
    }

    [TestCase("refinement.mask-crf: [~, { iterations: 2 }]", "random-walk 10, dense-crf 2; random-walk 10")]
    [TestCase("refinement.steps.dense-crf: [~, { iterations: 2 }]", "random-walk 10, dense-crf 2; random-walk 10")]
    [TestCase("refinement.mask-crf.iterations: [2, 3]", "random-walk 10, dense-crf 2; random-walk 10, dense-crf 3")]
    public void A_sweep_takes_a_step_out_or_gives_it_options(string sweep, string points)
    {
        var refined = $"{Specs.Shapes}\nrefinement: {{ affinity: irnet, training: {{ epochs: 1, learning-rate: 0.1 }}, steps: [random-walk, dense-crf] }}";
        var experiments = SpecCompilation.Of([("base/a.yaml", refined), ("shapes/b.yaml", $"extends: ../base/a.yaml\nsweep: {{ {sweep} }}"), Specs.Corpus]).LoadExperiments();

        Assert.That(string.Join("; ", experiments.Select(experiment => Describe(experiment.Refinement!))), Is.EqualTo(points));
    }

    [Test]
    public void A_sweep_does_not_vary_one_value_at_two_paths() =>
        Assert.That(Specs.Compile($"{Specs.Shapes}\nrefinement: {{ affinity: irnet, training: {{ epochs: 1, learning-rate: 0.1 }} }}\nsweep: {{ refinement.doublings: [1, 2], refinement.exp-times: [3, 4] }}").Diagnostics.First(diagnostic => diagnostic.Id != "POLE0024").GetMessage(),
            Is.EqualTo("the sweep has 'refinement.steps.random-walk.exp-times' more than once, at its path and at former ones: give it once"));

    [Test]
    public void A_step_that_a_base_has_twice_is_not_meant_by_its_name() =>
        Assert.That(SpecCompilation.Of([("base/a.yaml", $"{Specs.Shapes}\nrefinement: {{ steps: [dense-crf, dense-crf] }}"), ("shapes/b.yaml", "extends: ../base/a.yaml\nrefinement: { steps: { dense-crf: { iterations: 3 } } }"), Specs.Corpus]).Diagnostics.Single().GetMessage(),
            Is.EqualTo("the base has 'dense-crf' more than once, and it is not said which is meant: give the whole list"));

    [Test]
    public void A_sweep_over_a_former_option_of_the_refinement_is_one_over_its_step() =>
        Assert.That(Specs.Compile($"{Specs.Shapes}\nrefinement: {{ affinity: irnet, training: {{ epochs: 1, learning-rate: 0.1 }} }}\nsweep: {{ refinement.walk-background: [0.2, 0.3] }}").LoadExperiments().Select(point => ((RandomWalkOptions)point.Refinement!.Steps!.Single()).Background),
            Is.EqualTo(new[] { 0.2, 0.3 }));

    [Test]
    public void A_reference_to_a_former_path_finds_the_value() =>
        Assert.That(Specs.Compile(Specs.Shapes.Replace("epochs: 1, learning-rate: 0.1", "epochs: 1, learning-rate: 0.1, momentum: 0.7").Replace("learning-rate: 0.01", "learning-rate: 0.01, momentum: '${baseline.momentum}'")).LoadExperiments().Single().Clims!.Optimizer,
            Is.EqualTo(new Zoo.Optimizers.SgdOptions { Momentum = 0.7 }));

    private static TrainingOptions Training(string below, string above) =>
        SpecCompilation.Of([("base/a.yaml", Specs.Shapes.Replace("learning-rate: 0.01", $"learning-rate: 0.01, {below}")), ("shapes/b.yaml", $"extends: ../base/a.yaml\nclims: {{ {above} }}"), Specs.Corpus]).LoadExperiments().Single().Clims!;

    private static string Describe(RefinementOptions refinement) =>
        string.Join(", ", refinement.Steps!.Select(step => step is RandomWalkOptions walk ? FormattableString.Invariant($"random-walk {walk.Beta}") : $"dense-crf {((DenseCrfStepOptions)step).Iterations}"));

    private static string Describe(ObjectiveOptions objective) =>
        string.Join(", ", objective.Terms.Select(term => FormattableString.Invariant($"{ObjectiveOptions.NameOf(term)} {term.Create(ModuleContext.None).Weight}")));
}
