using System.Globalization;
using Pole.Data.Loading;
using Pole.Zoo.Optimizers;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>The loop that every training has in common: batches to steps, with measurements, checkpoints, and an end when a loss is no longer a number.</summary>
public static class TrainingLoop
{
    /// <summary>Trains from the last checkpoint, or from the start, to the last step; the network is then in evaluation mode.</summary>
    /// <param name="learner">What learns; its network keeps the weights.</param>
    /// <param name="batches">In an order that depends on the step alone, so that a resumed training sees what an undisturbed one sees.</param>
    /// <param name="steps">Optimiser steps.</param>
    /// <param name="accumulate">Batches whose gradients are averaged in one step.</param>
    /// <param name="lossOf">The loss of a batch; called in a dispose scope.</param>
    /// <param name="session">For a stage: <see cref="StageTraining.Session"/>.</param>
    /// <exception cref="ExperimentException">There are fewer images than one batch, or the loss is no longer a number; the last checkpoint stays.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, after a step and with a checkpoint.</exception>
    public static void Run<TBatch>(TrainingState learner, IBatchStream<TBatch> batches, long steps, int accumulate, Func<TBatch, TrainingLoss> lossOf, TrainingSession session)
        where TBatch : IImageBatch
    {
        if (batches.Count == 0) throw new ExperimentException("the training split has fewer images than one batch: lower batch-size");
        if (steps == 0) throw new ExperimentException($"{session.Stage}: the training has no optimiser step, since an epoch has {batches.Count} batches and {accumulate} are accumulated in a step: lower accumulate, or raise epochs");
        session.Checkpoints?.Resume(learner, session.Progress);
        session.Progress.Expect(steps, "steps", learner.Step);
        learner.Train();
        learner.Optimizer.ZeroGradients();
        var batch = learner.Step * accumulate;
        // The token ends the loop between two steps, where a checkpoint can be written; it must not end it while a batch is prepared.
        using var stream = batches.From(batch, session.Workers, CancellationToken.None).GetEnumerator();
        while (learner.Step < steps && stream.MoveNext())
        {
            using var scope = NewDisposeScope();
            var epoch = (int)(batch / batches.Count) + 1;
            var loss = lossOf(stream.Current);
            var values = loss.Read();
            if (!double.IsFinite(values.Total)) throw NotFinite(values, learner.Step + 1, epoch, stream.Current.ImageIds, session);
            learner.Add(values);
            (accumulate == 1 ? loss.Total : loss.Total / accumulate).backward();
            if (++batch % accumulate == 0) Step(learner, epoch, session);
            if (batch % batches.Count == 0) EndEpoch(learner, epoch, session);
            if (batch % accumulate != 0) continue;
            if (session.Cancellation.IsCancellationRequested) Stop(learner, session);
            session.Checkpoints?.SaveIfDue(learner);
        }

        session.Checkpoints?.Complete(learner);
        learner.Network.eval();
    }

    private static void Step(TrainingState learner, int epoch, TrainingSession session)
    {
        learner.Optimizer.Step();
        learner.Optimizer.ZeroGradients();
        var measured = learner.EndStep(session.Stage, epoch);
        session.Checkpoints?.Record(measured);
        session.Progress.Measure(measured);
        session.Progress.Advance(1, $"epoch {epoch} {string.Join(' ', measured.Values.Where(value => value.Key.StartsWith("loss", StringComparison.Ordinal)).Select(value => $"{value.Key.Replace("loss.", "", StringComparison.Ordinal)} {value.Value.ToString("f3", CultureInfo.InvariantCulture)}"))}");
    }

    private static void EndEpoch(TrainingState learner, int epoch, TrainingSession session)
    {
        if (learner.EndEpoch(epoch)) session.Checkpoints?.KeepBest(learner);
        session.Observer?.EpochEnded(session.Stage, epoch, learner.Step, learner.Network);
        learner.Train();
    }

    private static void Stop(TrainingState learner, TrainingSession session)
    {
        session.Checkpoints?.Save(learner);
        throw new OperationCanceledException(session.Cancellation);
    }

    private static ExperimentException NotFinite(LossValues values, long step, int epoch, IReadOnlyList<string> images, TrainingSession session)
    {
        var (name, value) = values.Terms.Where(term => !double.IsFinite(term.Value)).Select(term => ($"loss term '{term.Name}'", term.Value)).FirstOrDefault(("loss", values.Total));
        return new ExperimentException(string.Create(CultureInfo.InvariantCulture,
            $"{session.Stage}: the {name} became {value} at step {step} (epoch {epoch}), images {string.Join(", ", images)}; lower learning-rate{(session.Checkpoints?.Last is { } last ? $". The last good state is kept in {last}" : "")}"));
    }
}
