namespace Pole.Benchmarks;

/// <summary>The permutohedral lattice of <see cref="ScalarDenseCrf"/>.</summary>
internal sealed class ScalarPermutohedralLattice
{
    private readonly int dimensions;
    private readonly int points;

    /// <summary>For each point its d + 1 vertices, and its weight at each.</summary>
    private readonly int[] vertices;
    private readonly float[] weights;

    /// <summary>For each axis and vertex, the neighbours on both sides; the vertex count stands for none.</summary>
    private readonly int[] neighbours;

    /// <summary>Values at the vertices before and after a step, one more vertex each.</summary>
    private float[][] work = [[], []];

    /// <param name="features">d numbers a point, in units of the standard deviation.</param>
    public ScalarPermutohedralLattice(float[] features, int dimensions)
    {
        this.dimensions = dimensions;
        points = features.Length / dimensions;
        vertices = new int[points * (dimensions + 1)];
        weights = new float[points * (dimensions + 1)];
        var table = new VertexTable(dimensions, points);
        Embed(features, table);
        Count = table.Count;
        neighbours = new int[(dimensions + 1) * Count * 2];
        Connect(table);
    }

    /// <summary>Number of vertices.</summary>
    public int Count { get; }

    /// <summary>Filters several values a point at once. Not on two threads at the same time: what it works in is kept for the next call.</summary>
    /// <param name="input">Points × channels.</param>
    /// <param name="output">Points × channels; overwritten.</param>
    public void Filter(ReadOnlySpan<float> input, Span<float> output, int channels)
    {
        // One more vertex, which stays zero, stands for neighbours that do not exist.
        var length = (Count + 1) * channels;
        if (work[0].Length != length) work = [new float[length], new float[length]];
        foreach (var values in work) Array.Clear(values);
        var (current, next) = (work[0], work[1]);
        var corners = dimensions + 1;
        for (var point = 0; point < points; point++)
        {
            var value = input.Slice(point * channels, channels);
            for (var corner = 0; corner < corners; corner++)
            {
                var (vertex, weight) = (vertices[point * corners + corner] * channels, weights[point * corners + corner]);
                for (var channel = 0; channel < channels; channel++) current[vertex + channel] += weight * value[channel];
            }
        }

        for (var axis = 0; axis < corners; axis++)
        {
            for (var vertex = 0; vertex < Count; vertex++)
            {
                var pair = (axis * Count + vertex) * 2;
                var (own, before, after) = (vertex * channels, neighbours[pair] * channels, neighbours[pair + 1] * channels);
                for (var channel = 0; channel < channels; channel++) next[own + channel] = current[own + channel] + 0.5f * (current[before + channel] + current[after + channel]);
            }

            (current, next) = (next, current);
        }

        var alpha = 1 / (1 + MathF.Pow(2, -dimensions));
        output.Clear();
        for (var point = 0; point < points; point++)
        {
            var value = output.Slice(point * channels, channels);
            for (var corner = 0; corner < corners; corner++)
            {
                var (vertex, weight) = (vertices[point * corners + corner] * channels, alpha * weights[point * corners + corner]);
                for (var channel = 0; channel < channels; channel++) value[channel] += weight * current[vertex + channel];
            }
        }
    }

    /// <summary>Finds the simplex around each point and the point's barycentric coordinates in it.</summary>
    private void Embed(float[] features, VertexTable table)
    {
        var d = dimensions;
        Span<float> scale = stackalloc float[d], elevated = stackalloc float[d + 1], barycentric = stackalloc float[d + 2];
        Span<int> remainder = stackalloc int[d + 1], rank = stackalloc int[d + 1];
        Span<short> key = stackalloc short[d];
        var spread = MathF.Sqrt(2f / 3) * (d + 1);
        for (var axis = 0; axis < d; axis++) scale[axis] = spread / MathF.Sqrt((axis + 2) * (axis + 1));

        for (var point = 0; point < points; point++)
        {
            var sum = 0f;
            for (var axis = d; axis > 0; axis--)
            {
                var scaled = features[point * d + axis - 1] * scale[axis - 1];
                elevated[axis] = sum - axis * scaled;
                sum += scaled;
            }

            elevated[0] = sum;
            var excess = Round(elevated, remainder);
            Rank(elevated, remainder, rank);
            Correct(excess, remainder, rank);

            barycentric.Clear();
            for (var axis = 0; axis <= d; axis++)
            {
                var value = (elevated[axis] - remainder[axis]) / (d + 1);
                barycentric[d - rank[axis]] += value;
                barycentric[d - rank[axis] + 1] -= value;
            }

            barycentric[0] += 1 + barycentric[d + 1];
            for (var corner = 0; corner <= d; corner++)
            {
                for (var axis = 0; axis < d; axis++) key[axis] = (short)(remainder[axis] + (rank[axis] <= d - corner ? corner : corner - (d + 1)));
                vertices[point * (d + 1) + corner] = table.FindOrAdd(key);
                weights[point * (d + 1) + corner] = barycentric[corner];
            }
        }
    }

    /// <summary>The nearest multiples of d + 1; their sum, over d + 1, is how far they are from the plane.</summary>
    private int Round(ReadOnlySpan<float> elevated, Span<int> remainder)
    {
        var total = 0;
        for (var axis = 0; axis <= dimensions; axis++)
        {
            var nearest = (int)MathF.Round(elevated[axis] / (dimensions + 1));
            remainder[axis] = nearest * (dimensions + 1);
            total += nearest;
        }

        return total;
    }

    private void Rank(ReadOnlySpan<float> elevated, ReadOnlySpan<int> remainder, Span<int> rank)
    {
        rank.Clear();
        for (var one = 0; one < dimensions; one++)
        for (var other = one + 1; other <= dimensions; other++)
            if (elevated[one] - remainder[one] < elevated[other] - remainder[other]) rank[one]++;
            else rank[other]++;
    }

    private void Correct(int excess, Span<int> remainder, Span<int> rank)
    {
        for (var axis = 0; excess != 0 && axis <= dimensions; axis++)
        {
            rank[axis] += excess;
            var turn = rank[axis] < 0 ? dimensions + 1 : rank[axis] > dimensions ? -(dimensions + 1) : 0;
            rank[axis] += turn;
            remainder[axis] += turn;
        }
    }

    private void Connect(VertexTable table)
    {
        var d = dimensions;
        Span<short> before = stackalloc short[d], after = stackalloc short[d];
        for (var axis = 0; axis <= d; axis++)
        for (var vertex = 0; vertex < Count; vertex++)
        {
            var key = table.Key(vertex);
            for (var other = 0; other < d; other++) (before[other], after[other]) = ((short)(key[other] - 1), (short)(key[other] + 1));
            if (axis < d) (before[axis], after[axis]) = ((short)(key[axis] + d), (short)(key[axis] - d));
            var pair = (axis * Count + vertex) * 2;
            (neighbours[pair], neighbours[pair + 1]) = (table.Find(before) ?? Count, table.Find(after) ?? Count);
        }
    }

    /// <summary>Vertices by their first d coordinates, which determine the last: open addressing, as many vertices as the lattice needs.</summary>
    private sealed class VertexTable(int dimensions, int points)
    {
        private short[] keys = new short[Math.Max(16, points) * dimensions];
        private int[] slots = NewSlots(Math.Max(64, points * 2));

        public int Count { get; private set; }

        public ReadOnlySpan<short> Key(int vertex) => keys.AsSpan(vertex * dimensions, dimensions);

        public int? Find(ReadOnlySpan<short> key) => slots[Slot(key)] is var vertex and >= 0 ? vertex : null;

        public int FindOrAdd(ReadOnlySpan<short> key)
        {
            var slot = Slot(key);
            if (slots[slot] >= 0) return slots[slot];
            if ((Count + 1) * dimensions > keys.Length) Array.Resize(ref keys, keys.Length * 2);
            key.CopyTo(keys.AsSpan(Count * dimensions));
            slots[slot] = Count++;
            if (Count * 2 > slots.Length) Grow();
            return Count - 1;
        }

        private int Slot(ReadOnlySpan<short> key)
        {
            var hash = 0u;
            foreach (var coordinate in key) hash = (hash + (ushort)coordinate) * 1664525;
            for (var slot = (int)((hash ^ (hash >> 15)) & (uint)(slots.Length - 1)); ; slot = (slot + 1) & (slots.Length - 1))
                if (slots[slot] < 0 || Key(slots[slot]).SequenceEqual(key)) return slot;
        }

        private void Grow()
        {
            slots = NewSlots(slots.Length * 2);
            for (var vertex = 0; vertex < Count; vertex++) slots[Slot(Key(vertex))] = vertex;
        }

        private static int[] NewSlots(int least)
        {
            var slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)least)];
            Array.Fill(slots, -1);
            return slots;
        }
    }
}
