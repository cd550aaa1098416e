namespace Pole.Data.Tests;

/// <summary>Whatever fails while a file is parsed is one error with file, reason and remedy.</summary>
public sealed class InputFileTests
{
    private string path = "";

    [SetUp]
    public void CreateFile()
    {
        path = Path.Combine(Directory.CreateTempSubdirectory("pole-input-").FullName, "x.json");
        File.WriteAllText(path, "content");
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [TestCase(typeof(NullReferenceException), "its content is malformed (NullReferenceException)")]
    [TestCase(typeof(OutOfMemoryException), "it asks for more memory than there is")]
    [TestCase(typeof(UnauthorizedAccessException), "access is denied")]
    [TestCase(typeof(System.Runtime.InteropServices.ExternalException), "its content is malformed (ExternalException)")]
    public void Any_exception_names_file_reason_and_remedy(Type fault, string reason) =>
        Assert.That(() => Read((Exception)Activator.CreateInstance(fault)!), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{path}: cannot be read as a list: {reason}; write it again").And.InnerException.InstanceOf(fault));

    [Test]
    public void Only_the_first_line_of_a_reason_is_told() =>
        Assert.That(() => Read(new InvalidDataException("it ends early.\n   at somewhere")), Throws.InstanceOf<ExperimentException>().With.Message.EndsWith(": it ends early; write it again"));

    [TestCase(typeof(ExperimentException)), TestCase(typeof(OperationCanceledException))]
    public void Errors_for_a_person_and_stops_pass(Type passing)
    {
        var exception = (Exception)Activator.CreateInstance(passing, passing == typeof(ExperimentException) ? ["said already", null] : [])!;

        Assert.That(() => Read(exception), Throws.Exception.SameAs(exception));
    }

    [TestCase("", "it is empty; get or write it again")]
    [TestCase("version https://git-lfs.github.com/spec/v1\n", "it is a Git LFS pointer; fetch the file with git lfs pull")]
    [TestCase("\n<!DOCTYPE html><html>", "it is an HTML page; the download failed: get the file again")]
    public void What_stands_in_the_place_of_a_file_is_recognised(string content, string message)
    {
        File.WriteAllText(path, content);

        Assert.That(() => Read(new FormatException()), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{path}: cannot be read as a list: {message}"));
    }

    [Test]
    public void A_folder_is_told_from_a_file_without_permission()
    {
        File.Delete(path);
        Directory.CreateDirectory(path);

        Assert.That(() => InputFile.Read(path, "a list", "write it again", () => File.ReadAllText(path)), Throws.InstanceOf<ExperimentException>().With.Message.EndsWith(": it is a folder; name a file"));
    }

    [Test]
    public void A_missing_file_is_told_with_the_remedy()
    {
        File.Delete(path);

        Assert.That(() => InputFile.Read(path, "a list", "write it again", () => File.ReadAllText(path)), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{path} does not exist; write it again"));
    }

    [Test, Platform("Linux")]
    public void A_pipe_in_the_place_of_a_file_is_not_waited_for()
    {
        File.Delete(path);
        using (var process = System.Diagnostics.Process.Start("mkfifo", path)) process.WaitForExit();
        foreach (var read in new Action[] { () => Imaging.ImageCodec.ReadRgb(path), () => Imaging.ImageCodec.ReadLabels(path) })
        {
            var reading = Task.Run(() => Assert.That(read, Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{path}: ")));
            Assert.That(reading.Wait(TimeSpan.FromSeconds(20)), "it waits for someone to write");
        }

        Assert.That(Task.Run(() => TextFile.Read(path)).Wait(TimeSpan.FromSeconds(20)), "it waits for someone to write");
    }

    [Test]
    public void A_symbolic_link_has_the_length_and_the_time_of_its_file()
    {
        var link = Path.Combine(Path.GetDirectoryName(path)!, "link");
        File.CreateSymbolicLink(link, path);
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.That(InputFile.Length(link), Is.EqualTo("content".Length));
        Assert.That(InputFile.Info(link).LastWriteTimeUtc.Year, Is.EqualTo(2020));
    }

    [Test]
    public void What_is_missing_has_no_length_and_no_link_to_nothing_has_one()
    {
        var link = Path.Combine(Path.GetDirectoryName(path)!, "link");
        File.CreateSymbolicLink(link, path);
        File.Delete(path);

        Assert.That(new[] { path, link }.Select(missing => InputFile.Info(missing).Exists), Is.All.False);
    }

    private void Read(Exception fault) => InputFile.Read(path, "a list", "write it again", () => throw fault);
}
