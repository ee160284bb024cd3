using System.Diagnostics;
using System.Globalization;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Force;

/// <summary>
/// A writer at speed, logrotate at work, and a shipper that is killed at random moments of its life, its start and its
/// recovery included. In the end everything written is compared with everything that arrived.
/// </summary>
/// <param name="scenario">The rotation style.</param>
/// <param name="kills">How many.</param>
/// <param name="seed">Of all random moments.</param>
/// <param name="say">Takes lines of progress.</param>
internal sealed class ForceCampaign(ForceScenario scenario, int kills, int seed, Action<string> say)
{
    private const int LinesPerSecond = 3000;
    private const int LongestLifeMilliseconds = 2000;
    private const double KilledWhileStarting = 0.25;
    private const double RotatedWhileDown = 0.3;
    private const double RotatedWhileUp = 0.8;

    // 250 ms until a settled span is recorded, 250 ms until it is committed, and three times as much again; a busy machine gets more
    // (AcceptedSamples).
    private static readonly TimeSpan CheckpointAge = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Progress = TimeSpan.FromSeconds(10);

    private readonly Random _random = new(seed);
    private long _repeatable;

    /// <summary>Runs it to its end; fails on any loss, and on repeats that no kill explains.</summary>
    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        using var scene = await Scene.StartAsync("app.log*");
        using var writer = new LineWriter(scene.Log("app.log"), LinesPerSecond);
        var rotations = new ForceRotations(scenario, scene, writer);
        var (started, told) = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        for (var kill = 1; kill <= kills; kill++)
        {
            await LiveAndDieAsync(scene, rotations, cancellation);
            if (Stopwatch.GetElapsedTime(told) >= Progress)
            {
                told = Stopwatch.GetTimestamp();
                var left = Stopwatch.GetElapsedTime(started) * (kills - kill) / kill;
                say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{scenario.Name}: {kill} of {kills} kills, {rotations.Count} rotations, {writer.Count:N0} lines, " +
                    $"about {left.TotalMinutes:F1} min left"));
            }
        }

        await scene.StartShipperAsync();
        await rotations.FinishAsync();
        var written = writer.Finish();
        var comparison = await scene.AtLeastOnceAsync(written, kills * written.Total);
        var repeated = (await scene.DeliveredAsync()).Bytes - written.Bytes;
        var result = string.Create(
            CultureInfo.InvariantCulture,
            $"{scenario.Name}: {comparison}; {kills} kills, {(double)comparison.Duplicate / kills:F0} duplicate lines a kill; " +
            $"{rotations.Count} rotations; seed {seed}");
        Assert.True(
            repeated <= _repeatable,
            $"{result}: {repeated} bytes repeated, where {_repeatable} were accepted within {CheckpointAge.TotalSeconds} s before a kill");
        return result;
    }

    private async Task LiveAndDieAsync(Scene scene, ForceRotations rotations, CancellationToken cancellation)
    {
        var life = _random.Next(LongestLifeMilliseconds);
        var whileStarting = _random.NextDouble() < KilledWhileStarting;
        var (whileDown, whileUp, at) = (
            _random.NextDouble() < RotatedWhileDown, _random.NextDouble() < RotatedWhileUp, _random.Next(life + 1));
        if (whileDown)
        {
            await rotations.BeginAsync(cancellation);
        }

        var before = await scene.Firehose.CounterAsync("orders", "BytesAccepted");
        var samples = new AcceptedSamples(scene.Firehose, "orders", before, scene.Directory.At("control"));
        scene.LaunchShipper();
        if (!whileStarting)
        {
            await scene.Shipper.SaysAsync("tailshipper is ready");
            await Eventually.TrueAsync(
                "lines arrive", async () => await scene.Firehose.CounterAsync("orders", "BytesAccepted") > before, scene.Evidence);
        }

        await samples.TakeAsync(TimeSpan.FromMilliseconds(at));
        if (whileUp)
        {
            await rotations.BeginAsync(cancellation);
        }

        await samples.TakeAsync(TimeSpan.FromMilliseconds(life - at));
        Assert.False(scene.Shipper.HasExited, scene.Evidence());
        await scene.Shipper.CrashAsync();
        _repeatable += await samples.WithinAsync(CheckpointAge);
        Assert.DoesNotContain("were taken away before they could be read", scene.Shipper.Error, StringComparison.Ordinal);
    }
}
