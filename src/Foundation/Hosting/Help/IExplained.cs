namespace Shipper.Foundation.Hosting.Help;

/// <summary>A command that explains more than its arguments and options.</summary>
internal interface IExplained
{
    /// <summary>What more there is to say.</summary>
    IReadOnlyList<HelpSection> Sections { get; }
}
