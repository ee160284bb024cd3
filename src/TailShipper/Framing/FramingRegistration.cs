using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Framing;

/// <summary>Registers framing.</summary>
internal static class FramingRegistration
{
    /// <summary>
    /// Adds <see cref="FlowPacking"/> and <see cref="Framings"/> for each flow's scope. Needs <see cref="FlowOptions"/> in the scope.
    /// </summary>
    public static IServiceCollection AddFraming(this IServiceCollection services) => services
        .AddScoped(provider => FlowPacking.Of(
            provider.GetRequiredService<FlowOptions>(), provider.GetRequiredService<StreamSummaries>()))
        .AddScoped(provider =>
        {
            var packing = provider.GetRequiredService<FlowPacking>();
            return new Framings(
                FramingSettings.Of(provider.GetRequiredService<FlowOptions>()), packing.Limits, packing.Packing,
                provider.GetRequiredService<FlowProcessing>().Stage);
        });
}

/// <summary>How the lines of a flow become records, and records batches.</summary>
/// <param name="Limits">Those of the destination, with the flow's own bounds for a batch.</param>
/// <param name="Packing">How lines become records.</param>
internal sealed record FlowPacking(ServiceLimits Limits, Packing Packing)
{
    /// <summary>As <paramref name="flow"/> says.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="summaries">What is known of its stream.</param>
    public static FlowPacking Of(FlowOptions flow, StreamSummaries summaries)
    {
        var limits = Destination.LimitsOf(flow, summaries.RecordKiB(flow)) with
        {
            MaxRecords = flow.MaxBatchRecords,
            MaxBytes = flow.MaxBatchBytes,
        };
        limits = Within(limits, flow.Aggregation);
        return new FlowPacking(limits, Of(flow.Aggregation, limits));
    }

    /// <summary>What lines may fill of a record: what cannot be compressed becomes longer.</summary>
    public static ServiceLimits Within(ServiceLimits limits, AggregationOptions aggregation) =>
        aggregation.Compression == RecordFormat.Gzip
            ? limits with { MaxRecordBytes = limits.MaxRecordBytes - RecordCompression.MostOverhead }
            : limits;

    /// <summary>How lines become records of at most <paramref name="limits"/>.</summary>
    public static Packing Of(AggregationOptions aggregation, ServiceLimits limits) => aggregation.Mode == AggregationMode.None
        ? Packing.LinePerRecord(limits)
        : new Packing(
            Math.Min(aggregation.TargetBytes, limits.MaxRecordBytes), aggregation.MaxLines == 0 ? int.MaxValue : aggregation.MaxLines)
        {
            Compression = aggregation.Compression == RecordFormat.Gzip
                ? new RecordCompression(LevelOf(aggregation.CompressionLevel))
                : null,
        };

    private static CompressionLevel LevelOf(GzipLevel level) => level switch
    {
        GzipLevel.Fastest => CompressionLevel.Fastest,
        GzipLevel.Optimal => CompressionLevel.Optimal,
        _ => CompressionLevel.SmallestSize,
    };
}
