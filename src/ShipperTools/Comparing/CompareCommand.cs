using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Shipper.DeliveryProof.Comparing;
using Shipper.DeliveryProof.Lines;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Hosting.Help;
using Shipper.Foundation.Output;
using Shipper.ObjectStorage;

namespace Shipper.ShipperTools.Comparing;

/// <summary><c>tailshipper-tools compare</c>: compares acknowledged lines with delivered objects, by a plan on standard input.</summary>
internal static class CompareCommand
{
    private const int MostReaders = 8;
    private const int Interrupted = 130;

    // The buffering of a delivery stream takes at most 15 minutes (Firehose API reference, BufferingHints); a retry takes longer.
    private static readonly TimeSpan DeliveryDelay = TimeSpan.FromHours(1);

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        var command = new ExplainedCommand(
            "compare",
            "Compare lines of files with lines of delivered objects. The plan is JSON on standard input; tailshipper verify writes it.",
            HelpSection.ExitCodes(
                new("0", "every line of the input was delivered"),
                new("1", "some were not"),
                new("2", "it cannot be determined: something could not be read, or the plan was not understood"),
                new("130", "interrupted")));
        command.SetAction((_, _) => RunAsync(Console.OpenStandardInput(), Console.Out, Console.Error));
        return command;
    }

    /// <summary>Compares by the plan; the result is the exit code.</summary>
    public static async Task<int> RunAsync(Stream input, TextWriter output, TextWriter errors)
    {
        using var stopping = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            return await CompareAsync(ComparePlan.Read(input), output, errors, stopping.Token);
        }
        catch (JsonException exception)
        {
            await errors.ShowLineAsync($"tailshipper-tools: the plan on standard input is not understood ({exception.Message})");
            return ExitCodes.Undetermined;
        }
        catch (ObjectStoreException exception)
        {
            await errors.ShowLineAsync($"tailshipper: {exception.Message}");
            return ExitCodes.Undetermined;
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            await errors.ShowLineAsync($"tailshipper: {exception.Message}");
            return ExitCodes.Undetermined;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await errors.ShowLineAsync("tailshipper: interrupted; nothing was compared to its end");
            return Interrupted;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    private static async Task<int> CompareAsync(ComparePlan plan, TextWriter output, TextWriter errors, CancellationToken stopping)
    {
        var (time, access) = (TimeProvider.System, new S3Access(plan.Endpoint, plan.Region));
        var started = time.GetTimestamp();
        var delivered = await ObjectsAsync(plan.Delivered, plan, access, time, stopping);
        var input = plan.Against is { } against
            ? await ObjectsAsync(against, plan, access, time, stopping)
            : new ComparedPlace("", [.. plan.Sources.Select(source => new SourceLines(source, ConversionOf(source, plan)))]);
        using var progress = new ProgressText(errors, isTerminal: !Console.IsErrorRedirected, time);
        var comparison = new LineComparison(
            Math.Min(Environment.ProcessorCount, MostReaders), plan.WorkDirectory ?? UsualWorkDirectory(), time);
        var result = await Task.Run(() => comparison.Compare(input.Contents, delivered.Contents, progress, stopping), stopping);
        progress.Clear();
        var report = new CompareReport(plan, input, delivered, result, time.GetElapsedTime(started));
        if (plan.Json)
        {
            report.PrintJson(output);
        }
        else
        {
            foreach (var line in report.Lines())
            {
                await output.ShowLineAsync(line);
            }
        }

        return report.ExitCode;
    }

    private static async Task<ComparedPlace> ObjectsAsync(
        string place, ComparePlan plan, S3Access access, TimeProvider time, CancellationToken stopping)
    {
        var store = ObjectStores.Open(place, access, time);
        var (from, to) = (Microseconds(plan.From), Microseconds(plan.To + DeliveryDelay));
        var objects = (await store.ListAsync(stopping))
            .Where(item => (from is null || item.Modified >= from) && (to is null || item.Modified <= to))
            .Select(item => new ObjectLines(store, item));
        return new ComparedPlace(store.DisplayName, [.. objects]);
    }

    private static Func<IRecordConversion>? ConversionOf(SourceFile source, ComparePlan plan) =>
        plan.StepsOf(source.Flow) is { } steps ? () => new ChainConversion(steps) : null;

    private static long? Microseconds(DateTimeOffset? time) =>
        time is { } known ? (long)(known - DateTimeOffset.UnixEpoch).TotalMicroseconds : null;

    // A temporary directory is often in memory, which is what the comparison is to save.
    private static string UsualWorkDirectory() => Directory.Exists("/var/tmp") ? "/var/tmp" : Path.GetTempPath();
}

/// <summary>One side of a comparison.</summary>
/// <param name="Name">How messages name it; empty for the files of flows.</param>
/// <param name="Contents">Its files or objects.</param>
internal sealed record ComparedPlace(string Name, IReadOnlyList<ILineContent> Contents)
{
    /// <summary>Their bytes, as they are stored.</summary>
    public long Bytes => Contents.Sum(content => content.Bytes);
}
