namespace Shipper.RecordProcessing.Agent;

/// <summary>Checks the Java expressions of a step.</summary>
internal static class AgentPatterns
{
    /// <summary>Adds a problem for each expression that cannot be used.</summary>
    /// <param name="type">What the step does.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="add">Takes key, value, reason and what to write instead.</param>
    public static void Check(ProcessingType type, ProcessingOptions options, Action<string, string?, string, string> add)
    {
    }
}
