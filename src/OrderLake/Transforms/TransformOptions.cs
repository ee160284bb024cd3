using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Transforms;

/// <summary>How a run works.</summary>
internal sealed record TransformOptions
{
    /// <summary>Default limit of the engine's memory: 768 MiB.</summary>
    public const long DefaultMemory = 768L * 1024 * 1024;

    /// <summary>What the objects hold.</summary>
    public RawFormat Format { get; init; } = RawFormat.Auto;

    /// <summary>Whether orders are tagged by their amount in dollars; null for what the lake has, or by the amount itself.</summary>
    public bool? TagByUsd { get; init; }

    /// <summary>How orders are partitioned; null for what the lake has, or by date.</summary>
    public LakeLayout? Layout { get; init; }

    /// <summary>Most memory of the engine, in bytes, at least 128 MiB; larger data go to the lake's disk.</summary>
    public long MemoryLimit { get; init; } = DefaultMemory;

    /// <summary>How many files a partition may have before its small ones are merged; 0 for any number.</summary>
    public int CompactFiles { get; init; } = 16;

    /// <summary>Threads, at least 1.</summary>
    public int Threads { get; init; } = Math.Max(1, Environment.ProcessorCount);
}
