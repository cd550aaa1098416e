using System.Xml.Linq;

namespace Pole.Build.Tests;

/// <summary>A project that has the package finds every library that the package's own assemblies use.</summary>
public sealed class PackageDependencyTests
{
    private const string Package = "Pole.Framework";

    [Test]
    public void The_package_depends_on_what_its_projects_reference()
    {
        var projects = Directory.GetFiles(Path.Combine(OutsideProject.Repository, "src"), "*.csproj", SearchOption.AllDirectories).Where(path => Path.GetFileNameWithoutExtension(path) is not (Package or "Pole.Templates" or "MyExperiments"));

        Assert.That(References(Path.Combine(OutsideProject.Repository, "src", Package, $"{Package}.csproj")), Is.SupersetOf(projects.SelectMany(References).Distinct()));
    }

    /// <summary>Without what a project is compiled against and does not ship.</summary>
    private static IEnumerable<string> References(string project) => XDocument.Load(project).Descendants("PackageReference").Where(reference => reference.Attribute("ExcludeAssets")?.Value != "runtime").Select(reference => reference.Attribute("Include")!.Value);
}
