namespace Pole;

/// <summary>The text around a name in a prompt: <c>a photo of {}.</c></summary>
public static class PromptTemplate
{
    /// <summary>Regular expression that every template matches.</summary>
    public const string Pattern = @"[^{}]*\{\}[^{}]*";

    /// <summary>What a text is told that does not match, with {0} for its key.</summary>
    public const string Fault = "{0} must contain the placeholder {{}} exactly once and no other braces";
}
