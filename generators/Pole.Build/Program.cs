using Pole.Build.Corrections;

// Run by Pole.Corrections.targets during `dotnet build`, which reports what is printed where the exit code is not 0.
if (args is not ([_, "weaken-version-requirement", _] or [_, "keep-arguments"]))
{
    Console.Error.WriteLine("usage: Pole.Build LIBRARY weaken-version-requirement VERSION | ASSEMBLY keep-arguments");
    return 2;
}

var path = args[0];
try
{
    if (args is [_, _, var version] && WeakVersionRequirement.Apply(path, version)) Console.WriteLine($"{Path.GetFileName(path)}: {version} is now a weak requirement");
    if (args is [_, _] && KeptArguments.Apply(path)) Console.WriteLine($"{Path.GetFileName(path)}: arguments live until a method returns");
    return 0;
}
catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"{path}: {exception.Message}");
    return 1;
}
