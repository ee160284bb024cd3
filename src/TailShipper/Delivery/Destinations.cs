using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Delivery;

/// <summary>The delivery streams that flows go to, each once, and what is remembered of them.</summary>
/// <param name="file">Where it is remembered; null when it is not.</param>
/// <param name="random">Uniform in [0, 1).</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Says what was taken over.</param>
internal sealed class Destinations(LearntPaceFile? file, Func<double> random, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Destination> _all = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyDictionary<string, LearntPace>> _known = new(() => file?.Read() ?? new Dictionary<string, LearntPace>());
    private List<(string, double?, long?)> _written = [];

    /// <summary>The one of this name.</summary>
    public Destination Of(string stream) => _all.GetOrAdd(stream, Create);

    /// <summary>Remembers what is learnt, every half minute and once more at the end.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                Remember();
            }
        }
        catch (OperationCanceledException)
        {
            Remember();
        }
    }

    /// <summary>Writes what is learnt, if it differs from what was written.</summary>
    public void Remember()
    {
        var learnt = _all.Values.OrderBy(destination => destination.Name, StringComparer.Ordinal)
            .Select(destination => (destination.Name, destination.Rate, destination.Cap.Learnt))
            .Where(pace => pace.Rate is not null || pace.Learnt is not null).ToList();
        var now = time.GetUtcNow();
        if (file is not null && !learnt.SequenceEqual(_written)
            && file.Write([.. learnt.Select(pace => new LearntPace(pace.Name, pace.Rate is { } rate ? Math.Round(rate) : null, pace.Learnt, now))]))
        {
            _written = learnt;
        }
    }

    private Destination Create(string stream)
    {
        var destination = new Destination(stream, random, time);
        if (_known.Value.TryGetValue(stream, out var pace))
        {
            destination.Recall(pace.Rate, pace.BodyBytes);
            DeliveryLog.Recalled(logger, stream, pace.Rate ?? 0, pace.BodyBytes ?? 0, (time.GetUtcNow() - pace.At).TotalMinutes);
        }

        return destination;
    }
}
