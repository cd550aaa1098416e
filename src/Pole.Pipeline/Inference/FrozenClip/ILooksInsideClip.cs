namespace Pole.Pipeline.Inference.FrozenClip;

/// <summary>Options of a source that takes CAMs from the inside of a frozen CLIP, so that any text has a map.</summary>
internal interface ILooksInsideClip
{
    /// <param name="judge">As the experiment opens it.</param>
    /// <exception cref="ExperimentException">Its image tower is none that the method can look into.</exception>
    FrozenClipMethod MethodOf(ClipModel judge, ModuleContext context);
}
