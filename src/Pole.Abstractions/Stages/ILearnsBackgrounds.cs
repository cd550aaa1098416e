namespace Pole;

/// <summary>Options of a stage that learns a background prompt for each class, which terms of the objective then read (<see cref="IReadsLearntBackgrounds"/>).</summary>
public interface ILearnsBackgrounds;
