using System.Text.Json;

namespace Pole.Playground;

/// <summary>The process that has the networks and started this one: a line of JSON asks, the next line answers.</summary>
/// <param name="answers">Not <c>Console.In</c>, which blocks where it says that it does not.</param>
internal sealed class PoleProcess(TextReader answers, TextWriter questions) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly Lock pending = new();

    private TaskCompletionSource<string>? waiting;
    private bool hasEnded;

    /// <summary>The first line: what is tried, and its classes.</summary>
    /// <exception cref="EndOfStreamException">The other process has ended.</exception>
    public async Task<string> AboutAsync() => await answers.ReadLineAsync() ?? throw new EndOfStreamException();

    public async Task SayAsync<T>(T line)
    {
        await questions.WriteLineAsync(JsonSerializer.Serialize(line));
        await questions.FlushAsync();
    }

    /// <summary>One question at a time: those whose asker has gone meanwhile are not asked.</summary>
    /// <returns>The answer as it was written.</returns>
    /// <exception cref="OperationCanceledException">The asker has gone, or the other process has ended.</exception>
    public async Task<string> AskAsync<T>(T question, CancellationToken gone)
    {
        await turn.WaitAsync(gone);
        try
        {
            var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (pending)
            {
                if (hasEnded) throw new OperationCanceledException();
                waiting = answer;
            }

            await SayAsync(question);
            return await answer.Task;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Until the other process ends.</summary>
    public async Task ListenAsync()
    {
        while (await answers.ReadLineAsync() is { } line)
            lock (pending) waiting?.TrySetResult(line);
        lock (pending)
        {
            hasEnded = true;
            waiting?.TrySetCanceled();
        }
    }

    public void Dispose()
    {
        turn.Dispose();
        answers.Dispose();
        questions.Dispose();
    }
}
