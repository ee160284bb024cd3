using System.Diagnostics;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.Explain;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Hosting;
using Shipper.TailShipper.Tailing.FileSystem.Platform;

namespace Shipper.TailShipper.Commands.Shipped;

/// <summary><c>tailshipper shipped</c>: is all of a file acknowledged? Reads the journal and the files, with or without a service.</summary>
internal static class ShippedCommand
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Prints a line for each path. 0: all are shipped; 1: some not yet; 2: of some nobody can say.</summary>
    /// <param name="setup">The configuration.</param>
    /// <param name="paths">Files, absolute or relative to the working directory.</param>
    /// <param name="flow">Only this flow; null for all.</param>
    /// <param name="wait">How long to ask again while the answer is no.</param>
    /// <param name="output">Where the lines go.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<int> RunAsync(ShipperSetup setup, IReadOnlyList<string> paths, string? flow, TimeSpan wait, TextWriter output, CancellationToken cancellation)
    {
        var flows = setup.Options.Flows.Where(known => flow is null || known.Name == flow).ToList();
        if (flows.Count == 0)
        {
            await Console.Error.WriteLineAsync($"tailshipper: there is no flow \"{flow}\"; the flows are {string.Join(", ", setup.Options.Flows.Select(known => known.Name))}");
            return (int)ShippedState.Unknown;
        }

        var state = new PhysicalStateDirectory(ShipperDirectories.State(setup.Options));
        var question = new ShippedQuestion(new PhysicalFileSystem(), flows, new DeadLetterCount(ShipperDirectories.DeadLetters(setup.Options)));
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            var answers = Ask(state, question, paths);
            if (answers.TrueForAll(answer => answer.State == ShippedState.Shipped || !answer.MayChange) || Stopwatch.GetElapsedTime(started) >= wait)
            {
                for (var index = 0; index < paths.Count; index++)
                {
                    await output.WriteLineAsync($"{paths[index]}: {Word(answers[index].State)}: {answers[index].Text}");
                }

                return (int)answers.Max(answer => answer.State);
            }

            // A long journal takes its time to read; asking must not become the machine's main work.
            var pause = Stopwatch.GetElapsedTime(asked) * 4;
            var left = wait - Stopwatch.GetElapsedTime(started);
            pause = pause > ShortestPause ? pause : ShortestPause;
            await Task.Delay(pause < left ? pause : left > TimeSpan.Zero ? left : TimeSpan.Zero, TimeProvider.System, cancellation);
        }
    }

    private static List<ShippedAnswer> Ask(PhysicalStateDirectory state, ShippedQuestion question, IReadOnlyList<string> paths)
    {
        try
        {
            var view = CheckpointReader.Read(state);
            return [.. paths.Select(path => question.Ask(Path.GetFullPath(path), view))];
        }
        catch (Exception exception) when (exception is CheckpointsUnusableException or IOException or UnauthorizedAccessException)
        {
            return [.. paths.Select(_ => new ShippedAnswer(ShippedState.Unknown, $"the checkpoints cannot be read ({exception.Message.TrimEnd('.')})"))];
        }
    }

    private static string Word(ShippedState state) => state switch
    {
        ShippedState.Shipped => "shipped",
        ShippedState.NotYet => "not yet",
        _ => "unknown",
    };
}
