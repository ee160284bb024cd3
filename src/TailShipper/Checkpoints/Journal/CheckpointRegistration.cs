using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>Registers the journal.</summary>
internal static class CheckpointRegistration
{
    /// <summary>
    /// Adds the journal and its loop. Needs <see cref="IStateDirectory"/>, <see cref="TimeProvider"/> and
    /// <see cref="ILoggerFactory"/>. Making the journal recovers the checkpoints: take the <see cref="InstanceLock"/> first.
    /// </summary>
    public static IServiceCollection AddCheckpoints(this IServiceCollection services) => services
        .AddSingleton(provider => CheckpointJournal.Recover(
            provider.GetRequiredService<IStateDirectory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<CheckpointJournal>()))
        .AddSingleton<ICheckpoints>(provider => provider.GetRequiredService<CheckpointJournal>())
        .AddSingleton(provider => LoopOf(provider.GetRequiredService<CheckpointJournal>()));

    private static ServiceLoop LoopOf(CheckpointJournal journal)
    {
        const string name = "the journal's writer";
        return new ServiceLoop(name, journal.RunAsync, new Heartbeat(name, () => journal.Beats, journal.Nudge));
    }
}
