using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;
using YamlDotNet.Serialization.NamingConventions;

namespace Pole.Runner.Formats;

/// <summary>Objects as YAML that says the same to readers of YAML 1.1 and 1.2: a text such as <c>1</c>, <c>null</c> or <c>yes</c> stays a text.</summary>
internal static class YamlText
{
    private static readonly ISerializer Serializer = new SerializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).ConfigureDefaultValuesHandling(DefaultValuesHandling.OmitNull).DisableAliases()
        .WithQuotingNecessaryStrings(quoteYaml1_1Strings: true).WithEventEmitter(next => new UnfoldedBreaks(next)).Build();

    /// <param name="value">Its properties become keys in camel case; what is null is left out.</param>
    public static string Of(object value) => Serializer.Serialize(value);

    /// <summary>Line breaks other than a line feed are read back as one, unless they stand as escapes.</summary>
    private sealed class UnfoldedBreaks(IEventEmitter next) : ChainedEventEmitter(next)
    {
        public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
        {
            if (eventInfo.Source.Value is string text && text.Any(character => character != '\n' && (char.IsControl(character) || character is '\u2028' or '\u2029' or '\ufeff'))) eventInfo.Style = ScalarStyle.DoubleQuoted;
            base.Emit(eventInfo, emitter);
        }
    }
}
