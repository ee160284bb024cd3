using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Delivery;

/// <summary>The destinations of all flows, each once, and what is remembered of them.</summary>
/// <param name="file">Where it is kept over restarts; null when it is not.</param>
/// <param name="random">Uniform in [0, 1).</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs what was restored.</param>
internal sealed class DeliveryTargets(LearnedPaceFile? file, Func<double> random, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Destination, DeliveryTarget> _all = new();
    private readonly Lazy<IReadOnlyDictionary<string, LearnedPace>> _known =
        new(() => file?.Read() ?? new Dictionary<string, LearnedPace>());

    private List<(string, double?, long?)> _written = [];

    /// <summary>The one for this stream.</summary>
    public DeliveryTarget Of(Destination destination) => _all.GetOrAdd(destination, Create);

    /// <summary>Saves what is learned, every 30 s and once more at the end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                Save();
            }
        }
        catch (OperationCanceledException)
        {
            Save();
        }
    }

    /// <summary>Saves what is learned, if it changed.</summary>
    public void Save()
    {
        var learned = _all.Values.Select(target => (Name: NameOf(target.Destination), target.Rate, target.Cap.Learned))
            .OrderBy(pace => pace.Name, StringComparer.Ordinal)
            .Where(pace => pace.Rate is not null || pace.Learned is not null).ToList();
        var now = time.GetUtcNow();
        if (file is not null && !learned.SequenceEqual(_written) && file.Write([.. learned.Select(pace =>
            new LearnedPace(pace.Name, pace.Rate is { } rate ? Math.Round(rate) : null, pace.Learned, now))]))
        {
            _written = learned;
        }
    }

    private DeliveryTarget Create(Destination destination)
    {
        var target = new DeliveryTarget(destination, random, time);
        var name = NameOf(destination);
        if (_known.Value.TryGetValue(name, out var pace))
        {
            target.Restore(pace.Rate, pace.BodyBytes);
            DeliveryLog.Restored(logger, name, pace.Rate ?? 0, pace.BodyBytes ?? 0, (time.GetUtcNow() - pace.At).TotalMinutes);
        }

        return target;
    }

    /// <summary>Its name in the file: two services may have streams of one name, and no name contains a slash.</summary>
    private static string NameOf(Destination destination) =>
        destination.Kind == DestinationKind.Kinesis ? "kinesis/" + destination.Id : destination.Name;
}
