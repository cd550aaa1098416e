namespace Pole.Data.Tests;

/// <summary>A folder of its own for every test of a fixture.</summary>
public abstract class TemporaryFolder
{
    protected string Folder { get; private set; } = "";

    [SetUp]
    public void CreateFolder() => Folder = Directory.CreateTempSubdirectory("pole-data-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Folder, recursive: true);
}
