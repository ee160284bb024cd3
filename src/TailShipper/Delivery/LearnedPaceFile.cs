using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// What was learned of the destinations, as a small JSON file in the state directory, so that a restart need not be throttled first.
/// Optional: an unusable file costs a warning and nothing else.
/// </summary>
internal sealed class LearnedPaceFile(IStateDirectory directory, TimeProvider time, ILogger logger)
{
    /// <summary>Its name.</summary>
    public const string Name = "learnt-pace.json";

    private const string NewName = Name + ".tmp";
    private const int MaxBytes = 1 << 20;

    /// <summary>How long an entry is used: quotas change, and so do the others that share one.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(12);

    /// <summary>The entries that are not too old, by stream.</summary>
    public IReadOnlyDictionary<string, LearnedPace> Read()
    {
        var known = new Dictionary<string, LearnedPace>(StringComparer.Ordinal);
        try
        {
            var bytes = directory.Read(Name, MaxBytes);
            var now = time.GetUtcNow();
            foreach (var pace in JsonSerializer.Deserialize(bytes, LearnedPaceJson.Default.IReadOnlyListLearnedPace) ?? [])
            {
                if (pace is { Stream: not null } && IsSane(pace) && pace.At <= now.AddMinutes(5) && now - pace.At < MaxAge)
                {
                    known[pace.Stream] = pace;
                }
            }
        }
        catch (FileNotFoundException)
        {
            // The first start, or never throttled.
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            DeliveryLog.PaceFileUnusable(logger, $"{directory.Name}/{Name}", exception.Message);
        }

        return known;
    }

    /// <summary>Replaces the file, in one step.</summary>
    /// <returns>False when the disk refuses.</returns>
    public bool Write(IReadOnlyList<LearnedPace> paces)
    {
        try
        {
            directory.Delete(NewName);
            using (var file = directory.Create(NewName))
            {
                var json = JsonSerializer.Serialize(paces, LearnedPaceJson.Default.IReadOnlyListLearnedPace);
                file.Append(Encoding.UTF8.GetBytes(json + "\n"));
            }

            directory.Rename(NewName, Name);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // the journal is on the same disk and reports it
        }
    }

    private static bool IsSane(LearnedPace pace) =>
        pace.Rate is null or (>= PaceLaw.MinRate and < 1e12) && pace.BodyBytes is null or > 0;
}

/// <summary>What was learned of one destination.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="Rate">The learned pace in <see cref="QuotaUnits"/> a second; null while there was no limit.</param>
/// <param name="BodyBytes">The largest body that it accepts, in raw bytes; null when none was refused for its size.</param>
/// <param name="At">When it was learned, in UTC.</param>
internal sealed record LearnedPace(string Stream, double? Rate, long? BodyBytes, DateTimeOffset At);

/// <summary>The JSON form of the file.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<LearnedPace>))]
internal sealed partial class LearnedPaceJson : JsonSerializerContext;
