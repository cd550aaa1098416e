using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Pole.Compute;

/// <summary>The CPU of this machine.</summary>
public static class Processor
{
    private const int BrandFunctions = unchecked((int)0x80000000), FirstOfBrand = unchecked((int)0x80000002);

    /// <summary>Brand string, such as <c>AMD EPYC 9B45</c>; the architecture where CPUID has none.</summary>
    public static string Name { get; } = Brand() is { Length: > 0 } brand ? brand : RuntimeInformation.ProcessArchitecture.ToString();

    private static string Brand()
    {
        if (!X86Base.IsSupported || unchecked((uint)X86Base.CpuId(BrandFunctions, 0).Eax) < unchecked((uint)FirstOfBrand + 2)) return "";
        var text = new List<byte>();
        for (var part = 0; part < 3; part++)
        {
            var (a, b, c, d) = X86Base.CpuId(FirstOfBrand + part, 0);
            foreach (var register in new[] { a, b, c, d }) text.AddRange(BitConverter.GetBytes(register));
        }

        return Encoding.ASCII.GetString([.. text.TakeWhile(character => character != 0)]).Trim();
    }
}
