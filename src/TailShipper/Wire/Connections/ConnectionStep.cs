namespace Shipper.TailShipper.Wire.Connections;

/// <summary>One step of a connection that a person tries, and how it ended.</summary>
/// <param name="Name">Which, in a word or two.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Text">What was found; of a failure the cause, without secrets.</param>
/// <param name="Took">The time that it took; null where it took none of its own.</param>
internal sealed record ConnectionStep(string Name, StepResult Result, string Text, TimeSpan? Took);

/// <summary>How a step ended.</summary>
internal enum StepResult
{
    /// <summary>As it should.</summary>
    Ok,

    /// <summary>It was not tried, or its outcome says nothing about shipping.</summary>
    Unknown,

    /// <summary>Lines are shipped all the same, but something should be corrected.</summary>
    Warning,

    /// <summary>With this, no line is shipped.</summary>
    Failed,
}
