namespace Pole;

/// <summary>Options of a module that reads files of the weights folder. The content of the files is part of the key of every stage that makes the module, so a file that is replaced is a new result.</summary>
public interface IReadsWeights
{
    /// <returns>Paths of every file that <see cref="IModuleOptions{TModule}.Create"/> reads; empty where it reads none.</returns>
    /// <exception cref="ExperimentException">A file is missing; says what goes where.</exception>
    IReadOnlyList<string> WeightFiles(ModuleContext context);
}
