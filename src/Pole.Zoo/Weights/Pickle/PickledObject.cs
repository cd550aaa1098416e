namespace Pole.Zoo.Weights.Pickle;

/// <summary>An object whose pickled state is set after it was made (opcode BUILD).</summary>
public interface IPickledState
{
    void SetState(object? state);
}

/// <summary>A tuple; a list is a <see cref="List{T}"/>, a dictionary a <see cref="PickledDictionary"/>.</summary>
public sealed record PickledTuple(IReadOnlyList<object?> Items);

/// <summary>A dictionary in its order of insertion. Attributes that an OrderedDict carries beside its items are dropped.</summary>
public sealed class PickledDictionary : IPickledState
{
    private readonly Dictionary<object, object?> items = [];

    public IEnumerable<KeyValuePair<object, object?>> Items => items;

    public object? this[object key]
    {
        get => items.GetValueOrDefault(key);
        set => items[key] = value;
    }

    public void SetState(object? state)
    {
    }
}

/// <summary>An instance of a class that is not known here: only its attributes.</summary>
public sealed class PickledInstance : IPickledState
{
    public PickledDictionary Attributes { get; private set; } = new();

    public void SetState(object? state) => Attributes = state as PickledDictionary ?? throw new PickleException("an object's state is not a dictionary of attributes");
}
