using System.Buffers.Binary;
using System.Text;

namespace Pole.Build.Corrections;

/// <summary>
/// Marks one symbol version that a shared library requires as weak.
/// </summary>
/// <remarks>
/// TorchSharp's libLibTorchSharp.so names GLIBCXX_3.4.32 among the versions it needs, for one symbol that no relocation
/// uses, so the loader of any system older than GCC 13 (Debian 12, Ubuntu 22.04, RHEL 9) refuses it for nothing.
/// With VER_FLG_WEAK in that entry the loader only warns when asked to. Layout: System V ABI / LSB "Symbol Versioning",
/// Elfxx_Verneed and Elfxx_Vernaux.
/// </remarks>
public static class WeakVersionRequirement
{
    private const ushort WeakFlag = 2;
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;

    /// <returns>False when the version is not required, or is weak already; the file is then untouched.</returns>
    /// <exception cref="InvalidDataException">The file is not a little-endian 64-bit ELF file, or is truncated.</exception>
    public static bool Apply(string library, string version)
    {
        var image = File.ReadAllBytes(library);
        var changed = false;
        try
        {
            foreach (var flags in FlagOffsets(image, version))
            {
                var value = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(flags));
                if ((value & WeakFlag) != 0) continue;
                BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(flags), (ushort)(value | WeakFlag));
                changed = true;
            }
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new InvalidDataException("the ELF file is truncated; delete it and build again");
        }

        if (!changed) return false;

        CorrectedFile.Replace(library, image);
        return true;
    }

    private static IEnumerable<int> FlagOffsets(byte[] image, string version)
    {
        if (image.Length < 64 || image[0] != 0x7f || image[1] != 'E' || image[2] != 'L' || image[3] != 'F' || image[4] != 2 || image[5] != 1)
            throw new InvalidDataException("not a little-endian 64-bit ELF file");

        var sectionTable = (int)ReadUInt64(image, 0x28);
        var sectionSize = ReadUInt16(image, 0x3A);
        var sectionCount = ReadUInt16(image, 0x3C);
        for (var index = 0; index < sectionCount; index++)
        {
            var section = sectionTable + index * sectionSize;
            if (ReadUInt32(image, section + 4) != SectionTypeVersionNeeds) continue;

            var stringSection = sectionTable + (int)ReadUInt32(image, section + 40) * sectionSize;
            var strings = (int)ReadUInt64(image, stringSection + 24);
            var need = (int)ReadUInt64(image, section + 24);
            while (true)
            {
                var auxiliary = need + (int)ReadUInt32(image, need + 8);
                for (var remaining = ReadUInt16(image, need + 2); remaining > 0; remaining--)
                {
                    if (ReadString(image, strings + (int)ReadUInt32(image, auxiliary + 8)) == version) yield return auxiliary + 4;
                    auxiliary += (int)ReadUInt32(image, auxiliary + 12);
                }

                var next = (int)ReadUInt32(image, need + 12);
                if (next == 0) break;
                need += next;
            }
        }
    }

    private static ushort ReadUInt16(byte[] image, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(offset, 2));

    private static uint ReadUInt32(byte[] image, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(offset, 4));

    private static ulong ReadUInt64(byte[] image, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(offset, 8));

    private static string ReadString(byte[] image, int offset)
    {
        var tail = image.AsSpan(offset);
        return Encoding.ASCII.GetString(tail[..tail.IndexOf((byte)0)]);
    }
}
