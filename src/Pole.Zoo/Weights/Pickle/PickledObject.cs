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
    private readonly Dictionary<object, object?> items = new(PickledKeys.Instance);

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

/// <summary>Equality of keys whose hashes a file cannot choose: those of .NET's numbers are the same in every process, and equal ones make a dictionary quadratic.</summary>
internal sealed class PickledKeys : IEqualityComparer<object>
{
    public static readonly PickledKeys Instance = new();

    bool IEqualityComparer<object>.Equals(object? one, object? other) => Equals(one, other);

    public int GetHashCode(object key) => key switch
    {
        long number => Spread(number),
        double number => Spread(BitConverter.DoubleToInt64Bits(number)),
        _ => key.GetHashCode(),
    };

    private static int Spread(long bits) => HashCode.Combine((int)bits, (int)(bits >> 32));
}

/// <summary>An instance of a class that is not known here: only its attributes.</summary>
public sealed class PickledInstance : IPickledState
{
    public PickledDictionary Attributes { get; private set; } = new();

    public void SetState(object? state) => Attributes = state as PickledDictionary ?? throw new PickleException("an object's state is not a dictionary of attributes");
}
