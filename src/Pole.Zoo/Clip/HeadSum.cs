namespace Pole.Zoo.Clip;

/// <summary>How the matrices of an attention's heads become one.</summary>
public enum HeadSum
{
    /// <summary>They are added: rows add up to the number of heads.</summary>
    Sum,

    /// <summary>Their mean: rows add up to 1.</summary>
    Mean,
}
