using Microsoft.Extensions.DependencyInjection;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Flows;

/// <summary>Makes flows: each in a scope of the container, which owns what belongs to the flow alone.</summary>
internal sealed class FlowFactory(IServiceScopeFactory scopes, ChunkPool memory)
{
    /// <summary>True when the memory has a share for one more flow.</summary>
    public bool HasRoom => memory.HasRoom;

    /// <summary>
    /// The flow for one configured section, with the rest of the configuration as it is in use now. The checkpoints must be recovered.
    /// </summary>
    public Flow Create(FlowOptions options)
    {
        var scope = scopes.CreateScope();
        try
        {
            var services = scope.ServiceProvider;
            services.GetRequiredService<FlowScope>().Options = options;
            return new Flow(
                services.GetRequiredService<FlowLoop>(),
                services.GetRequiredService<FlowCounters>(),
                services.GetRequiredService<FlowHealth>(),
                services.GetRequiredService<StallWatch>(),
                scope);
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }
}

/// <summary>What one scope of the container is made for.</summary>
internal sealed class FlowScope
{
    /// <summary>The flow's section. Set before anything else is asked of the scope.</summary>
    public FlowOptions Options
    {
        get => field ?? throw new InvalidOperationException("a flow's services are asked for outside of a flow's scope");
        set;
    }
}
