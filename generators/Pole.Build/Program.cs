using Pole.Build.NativeLibrary;

// Run by Pole.Build.targets during `dotnet build`; errors take MSBuild's canonical form so that they show as build errors.
if (args is not ["weaken-version-requirement", var library, var version])
{
    Console.Error.WriteLine("usage: Pole.Build weaken-version-requirement LIBRARY VERSION");
    return 2;
}

try
{
    var changed = WeakVersionRequirement.Apply(library, version);
    if (changed) Console.WriteLine($"{Path.GetFileName(library)}: {version} is now a weak requirement");
    return 0;
}
catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"{library} : error POLE9002: {exception.Message}");
    return 1;
}
