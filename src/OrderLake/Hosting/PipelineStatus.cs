using System.Text.Json;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;

namespace Shipper.OrderLake.Hosting;

/// <summary>The state of the pipeline before the lake, as the program that runs it writes it into a file for the page.</summary>
internal sealed record PipelineStatus
{
    /// <summary>When it was written.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What the pipeline is doing, one word.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Lines in log files.</summary>
    public PipelineStage Written { get; init; }

    /// <summary>Lines that the shipper reports as accepted.</summary>
    public PipelineStage Shipped { get; init; }

    /// <summary>Lines in objects.</summary>
    public PipelineStage Delivered { get; init; }

    /// <summary>Age of the oldest byte that is not settled, in seconds.</summary>
    public double LagSeconds { get; init; }

    /// <summary>Bytes that are not settled.</summary>
    public long LagBytes { get; init; }

    /// <summary>Objects delivered.</summary>
    public long Objects { get; init; }

    /// <summary>Billed bytes per raw byte; null before the first record.</summary>
    public double? BilledPerRaw { get; init; }

    /// <summary>Records that were refused and sent again.</summary>
    public long RefusedRecords { get; init; }

    /// <summary>Why the shipper is not well; null if it is.</summary>
    public string? Reason { get; init; }

    /// <summary>Reads a file; null if there is none, or it cannot be read.</summary>
    public static PipelineStatus? Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return JsonSerializer.Deserialize<PipelineStatus>(file, OutputJson.Options);
        }
        catch (Exception exception) when (exception is JsonException || exception.IsDiskError())
        {
            return null;
        }
    }

    /// <summary>Replaces a file in one step.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path) => PrivateFiles.Replace(path, file => JsonSerializer.Serialize(file, this, OutputJson.Options));
}

/// <summary>A stage of the pipeline.</summary>
/// <param name="Lines">Lines that have passed it.</param>
/// <param name="Bytes">Bytes of these lines.</param>
/// <param name="LinesPerSecond">Lines a second over the last seconds.</param>
internal readonly record struct PipelineStage(long Lines, long Bytes, double LinesPerSecond);
