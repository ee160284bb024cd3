using System.Diagnostics.Metrics;
using System.Reflection;
using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>
/// The service's one meter. All instruments are observable: they read what the flows count anyway when someone collects,
/// and cost nothing else.
/// </summary>
internal sealed class ShipperMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Shipper.TailShipper";

    private readonly Meter _meter = new(MeterName, ProductVersion.Text);
    private readonly Func<IReadOnlyList<FlowReading>> _flows;
    private readonly Func<ServiceReading> _service;

    /// <summary>Instruments that read from <paramref name="flows"/> and <paramref name="service"/>, on whatever thread collects.</summary>
    public ShipperMeter(Func<IReadOnlyList<FlowReading>> flows, Func<ServiceReading> service)
    {
        (_flows, _service) = (flows, service);
        foreach (var metric in FlowMetrics.All)
        {
            Create(metric, () => OfFlows(metric));
        }

        foreach (var metric in ServiceMetrics.All)
        {
            Create(metric, () => [new Measurement<double>(metric.Read(_service()))]);
        }

        _meter.CreateObservableCounter(ErrorCounts.Name, OfErrors, ErrorCounts.Unit, ErrorCounts.Meaning);
    }

    /// <inheritdoc cref="MeterName"/>
    public string Name => _meter.Name;

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Create<TReading>(Metric<TReading> metric, Func<IEnumerable<Measurement<double>>> measure)
    {
        switch (metric.Kind)
        {
            case MetricKind.Counter:
                _meter.CreateObservableCounter(metric.Name, measure, metric.Unit, metric.Meaning);
                break;
            case MetricKind.UpDownCounter:
                _meter.CreateObservableUpDownCounter(metric.Name, measure, metric.Unit, metric.Meaning);
                break;
            default:
                _meter.CreateObservableGauge(metric.Name, measure, metric.Unit, metric.Meaning);
                break;
        }
    }

    private IEnumerable<Measurement<double>> OfFlows(Metric<FlowReading> metric) => _flows().Select(
        flow => new Measurement<double>(
            metric.Read(flow), new KeyValuePair<string, object?>(FlowMetrics.FlowAttribute, flow.Counters.Flow)));

    private IEnumerable<Measurement<long>> OfErrors(
        ) => _flows().SelectMany(flow => flow.Counters.Delivery.Errors.Read().Select(error => new Measurement<long>(
        error.Value,
        new KeyValuePair<string, object?>(FlowMetrics.FlowAttribute, flow.Counters.Flow),
        new KeyValuePair<string, object?>(ErrorCounts.CodeAttribute, error.Key))));
}

/// <summary>The version of this build, as metrics and status name it.</summary>
internal static class ProductVersion
{
    /// <summary>For example <c>0.1.0</c>; without what a build puts behind a plus.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "0";
}
