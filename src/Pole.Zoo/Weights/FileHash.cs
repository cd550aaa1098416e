using System.Security.Cryptography;

namespace Pole.Zoo.Weights;

/// <summary>What identifies a file by its content.</summary>
public static class FileHash
{
    /// <returns>Lower-case hexadecimal.</returns>
    /// <exception cref="ExperimentException">The file cannot be read.</exception>
    public static string Sha256(string path) => InputFile.Read(path, "a file", "make it readable, or get it again", () =>
    {
        using var stream = InputFile.HasContent(path) ? File.OpenRead(path) : Stream.Null;
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    });
}
