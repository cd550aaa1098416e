using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole;

/// <summary>
/// Parameters and buffers of a module by the names that they are registered under. A module that moves to another device or type gets new tensors, and TorchSharp 0.107
/// puts them only into fields that are called as the tensor is: a field of another name goes on holding what was disposed. So modules keep no such fields and ask.
/// </summary>
public static class RegisteredTensors
{
    /// <exception cref="ArgumentException">The module has no such parameter.</exception>
    public static Parameter ParameterOf(this nn.Module module, string name) => module.get_parameter(name) ?? throw new ArgumentException($"{module.GetName()} has no parameter '{name}'", nameof(name));

    /// <exception cref="ArgumentException">The module has no such buffer.</exception>
    public static Tensor BufferOf(this nn.Module module, string name) => module.get_buffer(name) ?? throw new ArgumentException($"{module.GetName()} has no buffer '{name}'", nameof(name));
}
