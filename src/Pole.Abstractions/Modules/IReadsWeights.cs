namespace Pole;

/// <summary>Options of a module that reads files of the weights folder. The content of the files is part of the key of every stage that makes the module, so a file that is replaced is a new result.</summary>
public interface IReadsWeights
{
    /// <returns>Paths of every file that <see cref="IModuleOptions{TModule}.Create"/> reads; empty where it reads none.</returns>
    /// <exception cref="ExperimentException">A file is missing; says what goes where.</exception>
    IReadOnlyList<string> WeightFiles(ModuleContext context);

    /// <summary>Folders of the weights folder that <see cref="IModuleOptions{TModule}.Create"/> reads, however many files are in them: the key has one digest of each, of the names and the content of all files below it.</summary>
    /// <exception cref="ExperimentException">A folder is missing; says what goes where.</exception>
    IReadOnlyList<string> WeightFolders(ModuleContext context) => [];
}
