namespace Shipper.OrderLogGenerator.Configuration;

/// <summary>What time the events carry.</summary>
internal enum ClockKind
{
    /// <summary>Events are stamped with the present, in UTC.</summary>
    Wall,

    /// <summary>Events follow a shop's hours and weekdays from <see cref="GeneratorOptions.StartTime"/> on, as fast as lines are written.</summary>
    Business,
}
