using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;

namespace Shipper.TailShipper.Processing;

/// <summary>Registers the processing of records.</summary>
internal static class ProcessingRegistration
{
    /// <summary>
    /// Adds <see cref="FlowProcessing"/> for each flow's scope. Needs <see cref="FlowOptions"/>, <see cref="ProcessingStageSettings"/>,
    /// <see cref="IDeadLetters"/>, <see cref="IRecordOrigins"/>, <see cref="IProcessingEvents"/>, <see cref="ChainSurroundings"/> and an
    /// <see cref="ILogger"/> in the scope.
    /// </summary>
    public static IServiceCollection AddProcessing(this IServiceCollection services) => services
        .AddScoped(provider => new LetterQueue(
            provider.GetRequiredService<FlowOptions>().Name,
            provider.GetRequiredService<IDeadLetters>(),
            provider.GetRequiredService<IProcessingEvents>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger>()))
        .AddScoped(CreateProcessing);

    private static FlowProcessing CreateProcessing(IServiceProvider provider)
    {
        var flow = provider.GetRequiredService<FlowOptions>();
        if (!FlowProcessing.IsNeeded(flow))
        {
            return new FlowProcessing(null, null);
        }

        var chain = FlowProcessing.ChainOf(flow, provider.GetRequiredService<ChainSurroundings>);
        return new FlowProcessing(chain, new ProcessingStage(
            chain,
            provider.GetRequiredService<ProcessingStageSettings>(),
            provider.GetRequiredService<LetterQueue>(),
            provider.GetRequiredService<IRecordOrigins>(),
            provider.GetRequiredService<IProcessingEvents>()));
    }
}

/// <summary>The processing of one flow.</summary>
/// <param name="Chain">Its chain; null where it has no steps.</param>
/// <param name="Stage">What becomes of each record; null: it is sent as it is.</param>
internal sealed record FlowProcessing(RecordChain? Chain, ProcessingStage? Stage)
{
    /// <summary>True where something becomes of a flow's records on their way.</summary>
    public static bool IsNeeded(FlowOptions flow) => flow.Processing.Count > 0 || flow.KinesisAgent.Framing;

    /// <summary>The chain of a flow; null where it has no steps.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="surroundings">What the steps know of machine and time; asked where there are any.</param>
    public static RecordChain? ChainOf(FlowOptions flow, Func<ChainSurroundings> surroundings) =>
        flow.Processing.Count == 0 ? null : RecordChain.Create(flow.Processing, surroundings());
}
