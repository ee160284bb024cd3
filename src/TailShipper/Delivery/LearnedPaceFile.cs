using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// What was learned of the delivery streams, as a small JSON file in the state directory, so that a restart does not have to be
/// throttled first. It is a convenience: whatever is wrong with it costs a warning and nothing else.
/// </summary>
internal sealed class LearnedPaceFile(IStateDirectory directory, TimeProvider time, ILogger logger)
{
    /// <summary>Its name.</summary>
    public const string Name = "learnt-pace.json";

    private const string NewName = Name + ".tmp";
    private const int MostBytes = 1 << 20;

    /// <summary>Quotas change, and so do the others that share one: what is older says nothing.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>What is remembered and not too old, by stream.</summary>
    public IReadOnlyDictionary<string, LearnedPace> Read()
    {
        var known = new Dictionary<string, LearnedPace>(StringComparer.Ordinal);
        try
        {
            var bytes = directory.Read(Name);
            if (bytes.Length > MostBytes)
            {
                throw new JsonException("it is far too long");
            }

            var now = time.GetUtcNow();
            foreach (var pace in JsonSerializer.Deserialize<List<LearnedPace>>(bytes, Json) ?? [])
            {
                if (pace is { Stream: not null } && IsSane(pace) && pace.At <= now.AddMinutes(5) && now - pace.At < Lasts)
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
            DeliveryLog.LearnedPaceUnreadable(logger, $"{directory.Name}/{Name}", exception.Message);
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
                file.Append(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(paces, Json) + "\n"));
            }

            directory.Rename(NewName, Name);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // the journal, which has the same disk, says so
        }
    }

    private static bool IsSane(LearnedPace pace) =>
        pace.Rate is null or (>= PaceLaw.Slowest and < 1e12) && pace.BodyBytes is null or > 0;
}

/// <summary>What is remembered of one delivery stream.</summary>
/// <param name="Stream">Its name.</param>
/// <param name="Rate">The learned pace in <see cref="QuotaUnits"/> a second; null when there was no limit.</param>
/// <param name="BodyBytes">The largest body it was found to take, in raw bytes; null when none was refused for its size.</param>
/// <param name="At">When it was learned, in UTC.</param>
internal sealed record LearnedPace(string Stream, double? Rate, long? BodyBytes, DateTimeOffset At);
