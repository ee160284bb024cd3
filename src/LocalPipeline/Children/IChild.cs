namespace Shipper.LocalPipeline.Children;

/// <summary>One of the three processes.</summary>
internal interface IChild
{
    /// <summary>What it is called on the screen.</summary>
    string Name { get; }

    /// <summary>Completes with its exit code when it ends, for whatever reason.</summary>
    Task<int> Ended { get; }

    /// <summary>What it has used so far.</summary>
    ChildUsage Usage { get; }

    /// <summary>The file with everything it said.</summary>
    string LogPath { get; }

    /// <summary>Asks it to end (SIGTERM).</summary>
    void Terminate();

    /// <summary>Ends it at once (SIGKILL).</summary>
    void Kill();
}
