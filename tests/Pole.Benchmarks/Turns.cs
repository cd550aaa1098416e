using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace Pole.Benchmarks;

/// <summary>
/// Times the forms of a benchmark in alternating turns, so that a machine that slows down for a while slows all of them: median ratio to the baseline of the same turn, and its spread; and the median of processor seconds, which do not grow where others use the machine.
/// <c>-- turns CLASS [--turns N] [--forms A,B] [--size N] [--device cuda [--tf32]]</c>; N is the value of the class's parameter. The first float of a form is printed, so that devices can be compared.
/// </summary>
internal static class Turns
{
    private const int Default = 7;

    public static void Run(IReadOnlyList<string> arguments)
    {
        var type = typeof(Turns).Assembly.GetTypes().Single(type => type.Name.Equals($"{arguments[0]}Benchmarks", StringComparison.OrdinalIgnoreCase));
        var turns = int.Parse(Option(arguments, "--turns") ?? $"{Default}", CultureInfo.InvariantCulture);
        var wanted = Option(arguments, "--forms")?.Split(',');
        var device = Option(arguments, "--device");
        Placement.Take(device, arguments.Contains("--tf32"));
        var subject = Activator.CreateInstance(type)!;
        if (Option(arguments, "--size") is { } size)
            type.GetProperties().Where(Is<ParamsAttribute>).Single().SetValue(subject, int.Parse(size, CultureInfo.InvariantCulture));
        foreach (var setup in type.GetMethods().Where(Is<GlobalSetupAttribute>)) setup.Invoke(subject, null);
        if (device is not null && !Placement.IsUsed) throw new ArgumentException($"{type.Name} has no networks to place on a device: leave --device out");
        try
        {
            Take(subject, type, turns, wanted);
        }
        finally
        {
            foreach (var cleanup in type.GetMethods().Where(Is<GlobalCleanupAttribute>)) cleanup.Invoke(subject, null);
        }
    }

    private static void Take(object subject, Type type, int turns, string[]? wanted)
    {
        var forms = type.GetMethods().Where(Is<BenchmarkAttribute>).Where(method => wanted is null || wanted.Contains(method.Name, StringComparer.OrdinalIgnoreCase))
            .OrderByDescending(method => method.GetCustomAttribute<BenchmarkAttribute>()!.Baseline).ToList();
        foreach (var form in forms.ToList())
        {
            try
            {
                if (form.Invoke(subject, null) is float value) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"// {form.Name} on {Placement.Device}: {value:g7}"));
            }
            catch (TargetInvocationException fault) when (fault.InnerException is NotSupportedException missing)
            {
                Console.WriteLine($"// without {form.Name}: {missing.Message}");
                forms.Remove(form);
            }
        }

        var seconds = Enumerable.Range(0, turns).Select(turn => Turn(subject, forms, backwards: turn % 2 == 1)).ToList();
        Console.WriteLine($"{type.Name}, {turns} turns; {forms[0].Name} is 1");
        for (var form = 0; form < forms.Count; form++)
        {
            var ratios = seconds.Select(turn => turn[0].Elapsed / turn[form].Elapsed).Order().ToList();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{forms[form].Name,-34} {Median([.. seconds.Select(turn => turn[form].Elapsed).Order()]) * 1e3,9:f1} ms {Median([.. seconds.Select(turn => turn[form].Processor).Order()]) * 1e3,9:f1} ms of processors   {Median(ratios):f2} [{ratios[0]:f2}..{ratios[^1]:f2}]"));
        }
    }

    /// <summary>Every other turn goes backwards, so that no form is always the one after another.</summary>
    private static (double Elapsed, double Processor)[] Turn(object subject, List<MethodInfo> forms, bool backwards)
    {
        var seconds = new (double Elapsed, double Processor)[forms.Count];
        foreach (var form in backwards ? Enumerable.Range(0, forms.Count).Reverse() : Enumerable.Range(0, forms.Count)) seconds[form] = Seconds(subject, forms[form]);
        return seconds;
    }

    private static (double Elapsed, double Processor) Seconds(object subject, MethodInfo form)
    {
        GC.Collect();
        var (start, processor) = (Stopwatch.GetTimestamp(), ProcessorTime(subject));
        form.Invoke(subject, null);
        Placement.Await();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (ProcessorTime(subject) - processor).TotalSeconds);
    }

    private static TimeSpan ProcessorTime(object subject) => Process.GetCurrentProcess().TotalProcessorTime + (subject is PythonBenchmarks beside ? beside.ProcessorTime : TimeSpan.Zero);

    private static double Median(List<double> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;

    private static bool Is<TMark>(MemberInfo member) where TMark : Attribute => member.IsDefined(typeof(TMark));

    private static string? Option(IReadOnlyList<string> arguments, string name) => arguments.SkipWhile(argument => argument != name).Skip(1).FirstOrDefault();
}
