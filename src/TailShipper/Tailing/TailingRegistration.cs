using Microsoft.Extensions.DependencyInjection;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tailing.Reading;
using Shipper.TailShipper.Tailing.Recovery;
using Shipper.TailShipper.Tailing.Recovery.Archives;

namespace Shipper.TailShipper.Tailing;

/// <summary>Registers the tailing side of a flow.</summary>
internal static class TailingRegistration
{
    /// <summary>
    /// Adds <see cref="FlowTailer"/> and its parts, one set for each scope: a scope is a flow. The scope must have a
    /// <c>TailingSettings</c>, the <c>PatternScan</c> of the flow, an <c>IFileSystem</c>, an <c>IDirectoryWatch</c>, a <c>HandleBudget</c>,
    /// the <c>Framings</c>, an <c>IBatchSource</c>, <c>IDeadLetters</c>, <c>ICheckpoints</c>, <c>ITailingEvents</c>, a clock and an
    /// <c>ILogger</c>.
    /// </summary>
    public static IServiceCollection AddTailing(this IServiceCollection services) => services

        // Which streams there are, and which files they are in.
        .AddScoped<StreamTable>().AddScoped<IOpenFiles>(scope => scope.GetRequiredService<StreamTable>())
        .AddScoped<StreamAssignment>().AddScoped<CopyDetector>().AddScoped<LossAccount>().AddScoped<RotationDetector>()
        .AddScoped<BinaryFiles>()

        // Where the files of those are that are not where they were.
        .AddScoped<ILostStreamSource, ArchiveSearch>().AddScoped<OrphanSearch>().AddScoped<LossReporter>().AddScoped<DeletedFiles>()
        .AddScoped<InodeSearch>().AddScoped<FinishedFiles>().AddScoped<UnseenRotations>()
        .AddScoped<StreamRecovery>().AddScoped<Retirement>()
        .AddScoped(scope => ActivatorUtilities.CreateInstance<Rewinder>(scope, scope.GetRequiredService<TailingSettings>().Flow))
        .AddScoped<FirstRun>()

        // Scanning.
        .AddScoped<LeftOutPaths>().AddScoped<FileDiscovery>().AddScoped<ReportedNames>().AddScoped<ScanReconciler>()

        // Reading.
        .AddSingleton<ReadWindows>().AddScoped<RecentBytes>().AddScoped<RewrittenFiles>()
        .AddScoped<PaddingReader>().AddScoped<WindowReader>().AddScoped<OversizeLines>().AddScoped<LateText>()
        .AddScoped<TailedStreamReader>().AddScoped<Draining>().AddScoped<StreamTurns>()
        .AddScoped<PollSchedule>().AddScoped<WatchEventHandler>().AddScoped<IdleBackoff>().AddScoped<HandleEviction>()
        .AddScoped<FlowTailer>();
}
