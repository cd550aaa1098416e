using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pole.Runner.Doctor;

namespace Pole.Runner.Commands;

/// <summary><c>pole doctor</c>: what of this machine is in the way of a run; the first thing to paste into a bug report.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) } };

    public static Command Create()
    {
        var machine = new MachineOptions();
        var runs = RunsOption.Create();
        var profile = new Option<string?>("--machine") { Description = "Profile of the machine or cluster to check." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("doctor", "Check SDK, libtorch, device, threads, memory, disk and folders; the exit code is 1 where a run would fail.") { runs, profile, json };
        machine.AddFoldersTo(command);
        command.SetAction(parsed =>
        {
            var sound = true;
            var code = CommandErrors.Report(() =>
            {
                var (data, weights) = machine.GivenFolders(parsed);
                var findings = new MachineCheck(machine.Store(parsed), Path.GetFullPath(parsed.GetRequiredValue(runs)), data, weights, parsed.GetValue(profile)).Run();
                sound = findings.All(finding => finding.Verdict != Verdict.Problem);
                if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(findings, Format));
                else Print(findings);
            });
            return code == ExitCodes.Success && !sound ? ExitCodes.Failure : code;
        });
        return command;
    }

    private static void Print(IReadOnlyList<Finding> findings)
    {
        // Not a table: what is pasted elsewhere must not be wrapped at the width of a terminal.
        var width = findings.Max(finding => finding.Subject.Length);
        foreach (var finding in findings)
        {
            Console.WriteLine($"{Mark(finding.Verdict),-8}{finding.Subject.PadRight(width)}  {finding.Value}");
            if (finding.Remedy is { } remedy) Console.WriteLine($"{"",-8}{"".PadRight(width)}  → {remedy}");
        }
    }

    private static string Mark(Verdict verdict) => verdict switch { Verdict.Ok => "ok", Verdict.Note => "note", _ => "PROBLEM" };
}
