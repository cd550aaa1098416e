namespace Pole.Runner.Reports;

/// <summary>Label maps from the store in a folder of the user's.</summary>
internal static class MaskFolder
{
    public static void Copy(string from, string to)
    {
        var target = Path.GetFullPath(to);
        Directory.CreateDirectory(target);
        var files = Directory.GetFiles(from, "*.png");
        foreach (var file in files) AtomicFile.Write(Path.Combine(target, Path.GetFileName(file)), path => File.Copy(file, path, overwrite: true));
        Console.WriteLine($"{target}: {files.Length} label maps");
    }
}
