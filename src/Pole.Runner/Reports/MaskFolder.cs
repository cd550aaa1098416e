namespace Pole.Runner.Reports;

/// <summary>Label maps from the store in a folder of the user's.</summary>
internal static class MaskFolder
{
    public static void Copy(string from, string to)
    {
        var target = Path.GetFullPath(to);
        Directory.CreateDirectory(target);
        var files = Directory.GetFiles(from, $"*{MaskSet.Extension}", SearchOption.AllDirectories);
        foreach (var file in files)
        {
            var id = SampleName.Decode(Path.ChangeExtension(Path.GetRelativePath(from, file), null).Replace('\\', '/'));
            var copy = Path.GetFullPath(Path.Combine(target, id + MaskSet.Extension));
            if (!copy.StartsWith(target, StringComparison.Ordinal)) throw new ExperimentException($"the image '{id}' cannot have a file below {target}");
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            AtomicFile.Write(copy, path => File.Copy(file, path, overwrite: true));
        }

        Console.WriteLine($"{target}: {files.Length} label maps");
    }
}
