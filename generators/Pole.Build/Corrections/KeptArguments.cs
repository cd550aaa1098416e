using System.Buffers.Binary;
using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Pole.Build.Corrections;

/// <summary>Has an assembly's methods keep their arguments alive until they return.</summary>
/// <remarks>
/// TorchSharp 0.107 passes handles of Scalars to native code and does not keep the objects alive: a collection at that instant finalises the number that torch is
/// reading. The JIT ends an argument's life at its last use only in optimised code, and an assembly can ask for no optimisation: the methods that call torch have
/// nothing else to gain from it.
/// </remarks>
public static class KeptArguments
{
    /// <summary>Of the attribute's value: a prolog of two bytes, then the modes as int32 (ECMA-335, II.23.3), after one byte of length.</summary>
    private const int ModesOffset = 3;

    private const int Unoptimised = (int)(DebuggableAttribute.DebuggingModes.Default | DebuggableAttribute.DebuggingModes.DisableOptimizations);

    /// <returns>False when the assembly asks for no optimisation already; the file is then untouched.</returns>
    /// <exception cref="InvalidDataException">The file is not a .NET assembly, or says nothing of how it is to be debugged.</exception>
    public static bool Apply(string assembly)
    {
        var image = File.ReadAllBytes(assembly);
        var modes = image.AsSpan(FindModes(image), sizeof(int));
        var value = BinaryPrimitives.ReadInt32LittleEndian(modes);
        if ((value & Unoptimised) == Unoptimised) return false;
        BinaryPrimitives.WriteInt32LittleEndian(modes, value | Unoptimised);
        CorrectedFile.Replace(assembly, image);
        return true;
    }

    private static int FindModes(byte[] image)
    {
        try
        {
            using var file = new PEReader(new MemoryStream(image));
            var metadata = file.GetMetadataReader();
            foreach (var handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
            {
                var attribute = metadata.GetCustomAttribute(handle);
                if (attribute.Constructor.Kind != HandleKind.MemberReference) continue;
                var constructor = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor);
                if (constructor.Parent.Kind != HandleKind.TypeReference || metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)constructor.Parent).Name) != nameof(DebuggableAttribute)) continue;
                return file.PEHeaders.MetadataStartOffset + metadata.GetHeapMetadataOffset(HeapIndex.Blob) + metadata.GetHeapOffset(attribute.Value) + ModesOffset;
            }
        }
        catch (Exception exception) when (exception is BadImageFormatException or InvalidOperationException)
        {
            throw new InvalidDataException("it is not a .NET assembly; delete it and build again");
        }

        throw new InvalidDataException("it has no DebuggableAttribute");
    }
}
