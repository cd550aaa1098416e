using CsCheck;
using Pole.Zoo.Cam;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

public sealed class ClassAwareAffinityTests
{
    [Test]
    public void A_CAM_is_refined_as_by_loops_over_cells([Values(0, 1, 2)] int squarings, [Values(0.4, 0.79)] double threshold)
    {
        const int rows = 5, columns = 7, cells = rows * columns;
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var (attention, cam) = (rand(cells, cells).pow(8) + 0.001 + 2 * eye(cells), rand(rows, columns).square());
        using var affinity = new ClassAwareAffinity(attention, squarings);

        Assert.That(affinity.Refine(cam, threshold).ToFloats(), Is.EqualTo(Naive(attention.ToFloats(), cam.ToFloats(), columns, rows, threshold, squarings)).Within(1e-4));
    }

    [Test]
    public void A_CAM_without_a_rectangle_stays_empty()
    {
        using var scope = NewDisposeScope();
        using var affinity = new ClassAwareAffinity(rand(6, 6), 1);

        Assert.That(affinity.Refine(zeros(2, 3), 0.4).ToFloats(), Is.All.Zero);
    }

    [Test]
    public void Rectangles_are_the_bounds_of_what_is_connected() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9]).SelectMany((width, height) => Gen.Select(Gen.Const(width), Gen.Const(height), Gen.Float[0, 1].Array[width * height], Gen.Double[0, 1])).Sample((width, height, cam, threshold) =>
            Assert.That(CamRectangles.Inside(cam, width, height, threshold), Is.EqualTo(NaiveInside(cam, width, height, threshold))), iter: 300);

    [Test]
    public void A_rectangle_reaches_neither_the_last_column_nor_the_last_row() =>
        Assert.That(CamRectangles.Inside([0, 0, 0, 0, 1, 0, 0, 0, 1], 3, 3, 0.4), Is.EqualTo(new float[] { 0, 0, 0, 0, 1, 0, 0, 0, 0 }));

    [Test]
    public void Cells_that_touch_at_a_corner_have_one_rectangle() =>
        Assert.That(CamRectangles.Inside([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 4, 4, 0.4), Is.EqualTo(new float[] { 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }));

    [Test]
    public void Nothing_is_left_in_native_memory()
    {
        using var attention = rand(12, 12);
        using var cam = rand(3, 4);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var affinity = new ClassAwareAffinity(attention, 1)) affinity.Refine(cam, 0.4).Dispose();

        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private static float[] Naive(float[] attention, float[] cam, int columns, int rows, double threshold, int squarings)
    {
        var cells = cam.Length;
        var transitions = new double[cells, cells];
        for (var from = 0; from < cells; from++)
        for (var to = 0; to < cells; to++) transitions[from, to] = attention[from * cells + to];
        for (var time = 0; time < 3; time++)
        {
            for (var to = 0; to < cells; to++)
            {
                var sum = Enumerable.Range(0, cells).Sum(from => transitions[from, to]);
                for (var from = 0; from < cells; from++) transitions[from, to] /= sum;
            }

            for (var from = 0; from < cells; from++)
            {
                var sum = Enumerable.Range(0, cells).Sum(to => transitions[from, to]);
                for (var to = 0; to < cells; to++) transitions[from, to] /= sum;
            }
        }

        transitions = Matrix(cells, (from, to) => (transitions[from, to] + transitions[to, from]) / 2);
        for (var time = 0; time < squarings; time++)
        {
            var before = transitions;
            transitions = Matrix(cells, (from, to) => Enumerable.Range(0, cells).Sum(over => before[from, over] * before[over, to]));
        }

        var inside = NaiveInside(cam, columns, rows, threshold);
        return NaiveClipEs.MinMax([.. Enumerable.Range(0, cells).Select(from => Enumerable.Range(0, cells).Sum(to => transitions[from, to] * inside[to] * cam[to]))]);
    }

    private static double[,] Matrix(int size, Func<int, int, double> value)
    {
        var matrix = new double[size, size];
        for (var row = 0; row < size; row++)
        for (var column = 0; column < size; column++) matrix[row, column] = value(row, column);
        return matrix;
    }

    /// <summary>Cells get the smallest number among their strong neighbours until nothing changes; a number is a component.</summary>
    private static float[] NaiveInside(float[] cam, int width, int height, double threshold)
    {
        int[] steps = [.. cam.Select(value => (int)Math.Floor(255 * value))];
        var least = (int)Math.Floor(threshold * steps.Max());
        int[] component = [.. steps.Select((step, cell) => step > least ? cell : -1)];
        for (var changed = true; changed;)
        {
            changed = false;
            for (var cell = 0; cell < cam.Length; cell++)
            for (var other = 0; other < cam.Length; other++)
            {
                if (component[cell] < 0 || component[other] < 0 || component[other] >= component[cell]) continue;
                if (Math.Abs(cell % width - other % width) > 1 || Math.Abs(cell / width - other / width) > 1) continue;
                (component[cell], changed) = (component[other], true);
            }
        }

        var inside = new float[cam.Length];
        foreach (var cells in Enumerable.Range(0, cam.Length).Where(cell => component[cell] >= 0).GroupBy(cell => component[cell]))
        {
            var (x0, x1) = (cells.Min(cell => cell % width), Math.Min(cells.Max(cell => cell % width) + 1, width - 1));
            var (y0, y1) = (cells.Min(cell => cell / width), Math.Min(cells.Max(cell => cell / width) + 1, height - 1));
            for (var y = y0; y < y1; y++)
            for (var x = x0; x < x1; x++) inside[y * width + x] = 1;
        }

        return inside;
    }
}
