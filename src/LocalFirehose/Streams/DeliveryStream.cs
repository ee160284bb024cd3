using Shipper.LocalFirehose.Counting;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Faults;

namespace Shipper.LocalFirehose.Streams;

/// <summary>A stream in service: its definition, its buffer, its quotas and its counters.</summary>
internal sealed class DeliveryStream(StreamDefinition definition, StreamSpool spool, CallCounters counters)
{
    private volatile StreamDefinition _definition = definition;

    /// <summary>The present definition; <see cref="StreamRegistry"/> alone replaces it.</summary>
    public StreamDefinition Definition
    {
        get => _definition;
        set => _definition = value;
    }

    /// <summary>Takes accepted bytes.</summary>
    public StreamSpool Spool { get; } = spool;

    /// <summary>Its quotas.</summary>
    public StreamQuota Quota { get; } = new();

    /// <summary>Its counters.</summary>
    public CallCounters Counters { get; } = counters;
}
