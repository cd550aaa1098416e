using CsCheck;
using Pole.Specs.Composition;
using Pole.Specs.Yaml;

namespace Pole.Generators.Tests;

/// <summary>What holds of composition whatever the specs say.</summary>
public sealed class CompositionPropertyTests
{
    /// <summary>Small nested maps over few keys, so that two of them often meet.</summary>
    private static readonly Gen<Dictionary<string, object>> Map = Gen.Dictionary(Gen.Int[0, 3].Select(index => "abcd"[index].ToString()), Gen.OneOf<object>(Gen.Int[0, 3].Select(number => (object)number),
        Gen.Dictionary(Gen.Int[0, 1].Select(index => "xy"[index].ToString()), Gen.Int[0, 3].Select(number => (object)number))[1, 2].Select(map => (object)map)))[1, 4];

    [Test]
    public void Extending_three_specs_in_a_row_is_extending_a_list_of_them() =>
        Gen.Select(Map, Map, Map).Sample((one, two, three) =>
        {
            var row = Compose(("s/e.yaml", $"extends: ../base/two.yaml\n{Text(three)}"), ("base/two.yaml", $"extends: one.yaml\n{Text(two)}"), ("base/one.yaml", Text(one)));
            var list = Compose(("s/e.yaml", $"extends: [../base/one.yaml, ../base/two.yaml]\n{Text(three)}"), ("base/two.yaml", Text(two)), ("base/one.yaml", Text(one)));

            return row == list;
        });

    [Test]
    public void A_spec_that_says_nothing_more_is_its_base() =>
        Map.Sample(map => Compose(("s/e.yaml", "extends: ../base/one.yaml"), ("base/one.yaml", Text(map))) == Compose(("s/e.yaml", Text(map))));

    [Test]
    public void Including_every_key_of_another_file_is_extending_it() =>
        Map.Sample(map => Compose(("s/e.yaml", string.Concat(map.Keys.Select(key => $"{key}: !include ../base/one.yaml#{key}\n"))), ("base/one.yaml", Text(map))) == Compose(("s/e.yaml", Text(map))));

    private static string Compose(params (string Path, string Yaml)[] texts)
    {
        var files = texts.Select(file => SpecFile.Read(file.Path, Path.ChangeExtension(file.Path, null), SpecFile.KindOf(file.Path), file.Yaml)).ToList();
        return Canonical(SpecComposer.Compose(SpecChain.Of(files[0], new SpecSet(Pole.Specs.EquatableArrays.ToEquatableArray(files)))).Points.Single().Root);
    }

    private static string Canonical(YamlNode node) => node is YamlMap map ? $"{{{string.Join(",", map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}:{Canonical(entry.Value)}"))}}}" : ((YamlScalar)node).Text;

    private static string Text(Dictionary<string, object> map) => string.Concat(map.Select(entry => $"{entry.Key}: {(entry.Value is Dictionary<string, object> below ? $"{{ {string.Join(", ", below.Select(inner => $"{inner.Key}: {inner.Value}"))} }}" : entry.Value)}\n"));
}
