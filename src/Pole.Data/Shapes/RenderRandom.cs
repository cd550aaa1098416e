namespace Pole.Data.Shapes;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014). Integers and exact divisions only, so that a scene is the same on every machine.
/// </summary>
internal sealed class RenderRandom(ulong seed)
{
    private ulong state = seed;

    public static RenderRandom For(int seed, int stream, int index) => new(Mix((ulong)seed * 0x9E3779B97F4A7C15 ^ Mix((ulong)stream << 32 | (uint)index)));

    public double NextUnit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Between(double least, double most) => least + (most - least) * NextUnit();

    public int Below(int count) => (int)(Next() % (ulong)count);

    public bool Chance(double probability) => NextUnit() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Value in 0…1 of a lattice point, the same for the same arguments.</summary>
    public static double Lattice(ulong seed, int x, int y) => (Mix(seed ^ Mix(((ulong)(uint)x << 32) | (uint)y)) >> 11) * (1.0 / (1UL << 53));

    public ulong Next() => Mix(state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
