using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Shipper.LocalFirehose.Faults;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>All streams in service. A change is on disk before the call returns.</summary>
internal sealed class StreamRegistry
{
    private readonly ConcurrentDictionary<string, DeliveryStream> _streams = new(StringComparer.Ordinal);
    private readonly Lock _changes = new();
    private readonly StreamFiles _files;
    private readonly Func<StreamDefinition, StreamSpool> _newSpool;
    private readonly Func<StreamDefinition, SourceSpool> _newSource;
    private readonly Counters _counters;

    /// <summary>Loads the streams from disk.</summary>
    public StreamRegistry(
        StreamFiles files,
        Func<StreamDefinition, StreamSpool> newSpool,
        Func<StreamDefinition, SourceSpool> newSource,
        Counters counters)
    {
        (_files, _newSpool, _newSource, _counters) = (files, newSpool, newSource, counters);
        foreach (var definition in files.ReadAll())
        {
            Add(definition);
        }
    }

    /// <summary>All streams, in no particular order.</summary>
    public IEnumerable<DeliveryStream> All => _streams.Values;

    /// <summary>Number of streams.</summary>
    public int Count => _streams.Count;

    /// <summary>Finds a stream by name.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out DeliveryStream? stream) => _streams.TryGetValue(name, out stream);

    /// <summary>Finds a stream by name.</summary>
    /// <exception cref="ServiceException">ResourceNotFoundException.</exception>
    public DeliveryStream Find(string name) =>
        TryFind(name, out var stream) ? stream : throw new ServiceException(Errors.NotFound(name));

    /// <summary>Adds a stream.</summary>
    /// <exception cref="ServiceException">
    /// ResourceInUseException if the name is used, LimitExceededException if there are too many streams.
    /// </exception>
    public void Create(StreamDefinition definition)
    {
        lock (_changes)
        {
            if (_streams.ContainsKey(definition.Name))
            {
                throw new ServiceException(Errors.InUse(definition.Name));
            }

            if (_streams.Count >= Limits.MaxStreams)
            {
                throw new ServiceException(
                    Errors.LimitExceeded($"You have already consumed your firehose quota of {Limits.MaxStreams} hoses."));
            }

            _files.Write(definition);
            Add(definition);
        }
    }

    /// <summary>Removes a stream; the records it has accepted are still delivered.</summary>
    public void Delete(string name)
    {
        lock (_changes)
        {
            var stream = Find(name);
            _files.Delete(name);
            _streams.TryRemove(name, out _);
            stream.Source.Close();
            stream.Spool.Close();
        }
    }

    /// <summary>Replaces the definition of a stream with the result of <paramref name="change"/>.</summary>
    public void Change(string name, Func<StreamDefinition, StreamDefinition> change)
    {
        lock (_changes)
        {
            var stream = Find(name);
            var changed = change(stream.Definition);
            _files.Write(changed);
            if (changed.Version != stream.Definition.Version)
            {
                stream.Source.Reconfigure(changed);
                stream.Spool.Reconfigure(changed);
            }

            stream.Definition = changed;
        }
    }

    private void Add(StreamDefinition definition) =>
        _streams[definition.Name] = new DeliveryStream(
            definition, _newSpool(definition), _newSource(definition), _counters.For(definition.Name));
}

/// <summary>A stream in service: definition, buffer, quotas and counters.</summary>
internal sealed class DeliveryStream(StreamDefinition definition, StreamSpool spool, SourceSpool source, CallCounters counters)
{
    private volatile StreamDefinition _definition = definition;

    /// <summary>The current definition; only <see cref="StreamRegistry"/> replaces it.</summary>
    public StreamDefinition Definition
    {
        get => _definition;
        set => _definition = value;
    }

    /// <summary>Buffer of the bytes that become objects.</summary>
    public StreamSpool Spool { get; } = spool;

    /// <summary>Buffer of the records that are processed before.</summary>
    public SourceSpool Source { get; } = source;

    /// <summary>Bytes that are no object yet, without those of sealed segments.</summary>
    public long OpenBytes => Spool.OpenBytes + Source.OpenBytes;

    /// <summary>The quotas.</summary>
    public StreamQuota Quota { get; } = new();

    /// <summary>The counters.</summary>
    public CallCounters Counters { get; } = counters;
}
