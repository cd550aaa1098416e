using System.Text;

namespace Pole.Specs;

/// <summary>Names in YAML and their counterparts in C#.</summary>
public static class Identifiers
{
    /// <summary><c>ImageRatio</c> → <c>image-ratio</c>.</summary>
    public static string ToKebabCase(string name)
    {
        var text = new StringBuilder();
        for (var index = 0; index < name.Length; index++)
        {
            if (char.IsUpper(name[index]) && index > 0 && (!char.IsUpper(name[index - 1]) || (index + 1 < name.Length && char.IsLower(name[index + 1])))) text.Append('-');
            text.Append(char.ToLowerInvariant(name[index]));
        }

        return text.ToString();
    }

    /// <summary><c>my-ablation</c> → <c>MyAblation</c>.</summary>
    public static string ToPascalCase(string name)
    {
        var text = new StringBuilder();
        var upper = true;
        foreach (var character in name)
        {
            if (char.IsLetterOrDigit(character)) text.Append(upper ? char.ToUpperInvariant(character) : character);
            upper = !char.IsLetterOrDigit(character);
        }

        return text.Length == 0 || char.IsDigit(text[0]) ? $"_{text}" : text.ToString();
    }

    /// <summary>Namespace below Pole.Experiments and class of an experiment.</summary>
    public static (string Namespace, string Class) OfExperiment(string name)
    {
        var parts = name.Split('/');
        return (string.Join(".", parts.Take(parts.Length - 1).Select(ToPascalCase).Prepend("Pole.Experiments")), $"{ToPascalCase(parts[parts.Length - 1])}Experiment");
    }
}
