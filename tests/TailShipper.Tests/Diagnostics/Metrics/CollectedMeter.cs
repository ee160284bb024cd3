using System.Diagnostics.Metrics;
using Shipper.TailShipper.Diagnostics.Metrics;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

/// <summary>The meter as a listener sees it.</summary>
internal sealed class CollectedMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ShipperMeter _meter;

    public CollectedMeter(IReadOnlyList<FlowReading> flows, ServiceReading service)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other tests have meters of the same name.
            if (instrument.Meter.Name == ShipperMeter.MeterName && Building)
            {
                Instruments.Add((instrument.Name, instrument.Unit ?? "", KindOf(instrument), instrument.Description ?? ""));
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
        Building = true;
        _meter = new ShipperMeter(() => flows, () => service);
        Building = false;
        _listener.RecordObservableInstruments();
    }

    [field: ThreadStatic]
    private static bool Building { get; set; }

    public List<(string Name, string Unit, MetricKind Kind, string Meaning)> Instruments { get; } = [];

    /// <summary>Values by name and tags, as <c>name|key=value</c>.</summary>
    public Dictionary<string, double> Values { get; } = new(StringComparer.Ordinal);

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private static MetricKind KindOf(Instrument instrument) => instrument switch
    {
        ObservableCounter<double> or ObservableCounter<long> => MetricKind.Counter,
        ObservableUpDownCounter<double> => MetricKind.UpDownCounter,
        _ => MetricKind.Gauge,
    };

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name;
        foreach (var (name, of) in tags)
        {
            key += $"|{name}={of}";
        }

        Values.Add(key, value);
    }
}
