namespace Pole;

/// <summary>
/// The checked, immutable settings of one module, and the way to make it. A spec slot of type
/// <c>IModuleOptions&lt;Backbone&gt;</c> accepts every options record of that kind in any referenced assembly.
/// </summary>
/// <typeparam name="TModule">The kind: <see cref="Backbone"/>, <see cref="ClipModel"/>, <see cref="IDataset"/>…</typeparam>
public interface IModuleOptions<out TModule>
{
    /// <summary>Makes the module; the caller owns and disposes it.</summary>
    /// <exception cref="ExperimentException">Weights or data that it needs are missing or do not fit.</exception>
    TModule Create(ModuleContext context);
}

/// <summary>The same for a module that stands on another: an adaptor behind a CLIP.</summary>
/// <typeparam name="TModule">The kind.</typeparam>
/// <typeparam name="TBase">What it stands on.</typeparam>
public interface IModuleOptions<out TModule, in TBase>
{
    /// <summary>Makes the module; the caller owns and disposes it.</summary>
    /// <exception cref="ExperimentException">It does not fit what it is to stand on.</exception>
    TModule Create(TBase below, ModuleContext context);
}
