namespace Shipper.TailShipper.Hosting;

/// <summary>The place of one flow by its name: the run that is in it, and what should be in it instead. Owned by <see cref="FlowSet"/>.</summary>
internal sealed class FlowSlot
{
    /// <summary>What runs; null when nothing does.</summary>
    public FlowRun? Run { get; set; }

    /// <summary>What should run; null when it does.</summary>
    public FlowWish? Wanted { get; set; }

    /// <summary>True while somebody carries out what is wanted, and will look again before he ends.</summary>
    public bool IsChanging { get; set; }

    /// <summary>The change being carried out.</summary>
    public Task Changing { get; set; } = Task.CompletedTask;
}
