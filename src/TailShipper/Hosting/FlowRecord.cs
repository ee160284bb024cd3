using System.Text.Json;
using System.Text.Json.Serialization;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Hosting;

/// <summary>
/// The flows that the checkpoints of a state directory were made for, in its file <c>flows.json</c>. A command that would delete or send
/// something compares its own flows with them. It never takes a flow from there: the service's account can write the file.
/// </summary>
/// <param name="Flows">By name.</param>
internal sealed record FlowRecord(IReadOnlyList<RecordedFlow> Flows)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "flows.json";

    private const int MaxBytes = 16 * 1024 * 1024; // a thousand flows take a quarter of one

    /// <summary>The flows of a configuration.</summary>
    public static FlowRecord Of(IEnumerable<FlowOptions> flows) => new(
    [
        .. flows.Select(flow => new RecordedFlow(flow.Name, Destination.Of(flow).Mark, [.. flow.Paths], [.. flow.Exclude]))
            .OrderBy(flow => flow.Flow, StringComparer.Ordinal),
    ]);

    /// <summary>What is recorded in a state directory; null where nothing is, as by an older version.</summary>
    /// <exception cref="IOException">It cannot be read, or is not a record.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static FlowRecord? Read(string directory)
    {
        try
        {
            var bytes = new PhysicalStateDirectory(directory).Read(FileName, MaxBytes);
            return JsonSerializer.Deserialize(bytes, FlowRecordJson.Output.FlowRecord) is { Flows: not null } record
                && record.Flows.All(flow => flow is { Flow: not null, Destination: not null, Paths: not null, Exclude: not null })
                ? record
                : throw new JsonException();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException exception)
        {
            throw new IOException(
                $"'{Path.Join(directory, FileName)}' is damaged; the next start of the service writes it again", exception);
        }
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public void Write(string directory) =>
        new PhysicalStateDirectory(directory).WriteAtomically(
            FileName, JsonSerializer.SerializeToUtf8Bytes(this, FlowRecordJson.Output.FlowRecord));

    /// <summary>What a configuration's flows have differently, each as a sentence without its period; empty when nothing.</summary>
    public IReadOnlyList<string> DifferencesTo(IEnumerable<FlowOptions> flows)
    {
        var theirs = Of(flows).Flows;
        var differences = new List<string>();
        foreach (var recorded in Flows)
        {
            if (theirs.FirstOrDefault(flow => flow.Flow == recorded.Flow) is not { } flow)
            {
                differences.Add($"flow {recorded.Flow} ({recorded.Destination}) is not in this configuration");
            }
            else if (flow.Destination != recorded.Destination)
            {
                differences.Add($"flow {recorded.Flow} shipped to {recorded.Destination}, and here it ships to {flow.Destination}");
            }
            else if (!flow.Paths.SequenceEqual(recorded.Paths) || !flow.Exclude.SequenceEqual(recorded.Exclude))
            {
                differences.Add(
                    $"flow {recorded.Flow} ships {string.Join(", ", recorded.Paths)}, and here it names {string.Join(", ", flow.Paths)}");
            }
        }

        differences.AddRange(theirs.Where(flow => Flows.All(recorded => recorded.Flow != flow.Flow))
            .Select(flow => $"flow {flow.Flow} ({flow.Destination}) has never run here"));
        return differences;
    }
}

/// <summary>What a flow was when it last started.</summary>
/// <param name="Flow">Its name.</param>
/// <param name="Destination">See <see cref="Wire.Destination.Mark"/>.</param>
/// <param name="Paths">Its patterns.</param>
/// <param name="Exclude">What they leave out.</param>
internal sealed record RecordedFlow(string Flow, string Destination, IReadOnlyList<string> Paths, IReadOnlyList<string> Exclude);

/// <summary>The JSON form of the file.</summary>
[JsonSerializable(typeof(FlowRecord))]
internal sealed partial class FlowRecordJson : JsonSerializerContext
{
    /// <summary>As <see cref="OutputJson"/> has it.</summary>
    public static FlowRecordJson Output { get; } = new(new JsonSerializerOptions(OutputJson.Options));
}

/// <summary>Keeps the record of a running service, also over a full disk.</summary>
/// <param name="directory">The state directory.</param>
internal sealed class FlowRecorder(string directory)
{
    private FlowRecord? _pending;

    /// <summary>Records flows, or remembers that it has to. Until it is written, commands find the flows before.</summary>
    public void Record(IEnumerable<FlowOptions> flows)
    {
        Volatile.Write(ref _pending, FlowRecord.Of(flows));
        Retry();
    }

    /// <summary>Writes what could not be written; does nothing when all is.</summary>
    public void Retry()
    {
        if (Volatile.Read(ref _pending) is not { } record)
        {
            return;
        }

        try
        {
            record.Write(directory);
            Interlocked.CompareExchange(ref _pending, null, record);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            // The journal, which has the same disk, reports it.
        }
    }
}
